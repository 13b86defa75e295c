import type { LibraryDeps } from './context.ts';
import { findWithoutThumbnails } from './blobs-store.ts';

/** An image whose thumbnails are to be made, and whom to tell. */
export interface NewImage {
  blobId: string;
  imageId: string;
  accountId: string;
}

export interface ThumbnailQueue {
  /** Soon queues a task for this image and for those that land in the same moment. A crash may lose it: see `queueForgotten`. */
  queue(image: NewImage): void;
  /** Queues what has been without thumbnails for a minute. Returns how many images that were. */
  queueForgotten(): Promise<number>;
}

export const thumbnailsTask = 'library.thumbnail-batch';

// Until then a thumbnail that somebody asks for is made on the spot, so nobody waits for this.
const gatherMs = 250;
const imagesPerTask = 32;
const forgottenAfterMs = 60_000;
// What could not be made for a day never will be.
const givenUpAfterMs = 24 * 3_600_000;

/** A task costs the database as much as the row of an image does, so images that land together share one. */
export function makeThumbnailQueue({
  database,
  tasks,
  clock,
  log,
}: Pick<LibraryDeps, 'database' | 'tasks' | 'clock' | 'log'>): ThumbnailQueue {
  let gathered: NewImage[] = [];
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    const images = gathered;
    gathered = [];
    tasks
      .add(database.read, thumbnailsTask, { images })
      .catch((error: unknown) => log.warn({ error }, 'thumbnails could not be queued; they are found again in a minute'));
  }

  return {
    queue(image) {
      gathered.push(image);
      if (gathered.length >= imagesPerTask) send();
      else timer ??= setTimeout(send, gatherMs).unref();
    },
    async queueForgotten() {
      const now = clock.now().getTime();
      const when = { after: new Date(now - givenUpAfterMs), before: new Date(now - forgottenAfterMs) };
      const forgotten = await findWithoutThumbnails(database.read, when, 20 * imagesPerTask);
      for (let at = 0; at < forgotten.length; at += imagesPerTask)
        await tasks.add(database.read, thumbnailsTask, { images: forgotten.slice(at, at + imagesPerTask) });
      return forgotten.length;
    },
  };
}
