import type { Picture } from '@rendermart/engine';
import sharp from 'sharp';
import type { Reader } from '../../platform/index.ts';
import { type Lease, type ProgressReport, recordProgress } from '../store-run.ts';

/** Tells how far a run is. Engines may report as often as they like. */
export interface ProgressReporter {
  report(step: number, steps: number): void;
  preview(index: number, picture: Picture): void;
  /** Stops; nothing is written after it resolved. */
  close(): Promise<void>;
}

// Four times a second looks alive to a person, and costs the database next to nothing.
const betweenWritesMs = 250;
const previewSidePx = 256;

export function makeProgressReporter(reader: Reader, lease: Lease, onError: (error: unknown) => void): ProgressReporter {
  let latest = { step: 0, steps: 0 };
  let picture: { index: number; picture: Picture } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  // What is over in a moment needs no progress, only its result.
  let lastWriteAt = performance.now() - betweenWritesMs / 2;
  let closed = false;

  async function write(): Promise<void> {
    const shown = picture;
    picture = null;
    const report: ProgressReport = {
      ...latest,
      preview: shown && { index: shown.index, dataUrl: await encodePreview(shown.picture) },
    };
    await recordProgress(reader, lease, report);
  }

  function schedule(): void {
    if (closed || timer !== undefined || writing !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        lastWriteAt = performance.now();
        const asWritten = latest;
        writing = write()
          .catch(onError)
          .finally(() => {
            writing = undefined;
            if (latest !== asWritten || picture !== null) schedule();
          });
      },
      Math.max(0, lastWriteAt + betweenWritesMs - performance.now()),
    );
  }

  return {
    report(step, steps) {
      latest = { step, steps };
      schedule();
    },
    preview(index, newest) {
      picture = { index, picture: newest };
      schedule();
    },
    async close() {
      // What is still to be written is out of date: the row is about to say more.
      closed = true;
      clearTimeout(timer);
      await writing;
    },
  };
}

/** Small enough to travel in an event. */
async function encodePreview(picture: Picture): Promise<string> {
  const small = sharp(picture.bytes).resize(previewSidePx, previewSidePx, { fit: 'inside', withoutEnlargement: true });
  const bytes = await small.webp({ quality: 70, effort: 0 }).toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
