import type { ChildHost } from '../child-host.ts';
import { EventQueue } from '../event-queue.ts';
import type { RgbaPicture } from '../picture.ts';
import type { Tile } from './enlarge.ts';
import type { Upscaler } from './folder.ts';
import type { UpscaleEvent, UpscaleRequest } from './request.ts';
import { eitherSignal } from '../work-options.ts';
import type { WorkOptions } from '../work-options.ts';

/** Enlarges in the inference process; tiles are put into the picture as they arrive, so nothing waits in between. */
export async function* upscaleWith(
  host: ChildHost,
  { folder }: Upscaler,
  { picture, scale }: UpscaleRequest,
  options: WorkOptions,
): AsyncGenerator<UpscaleEvent> {
  const left = new AbortController();
  // Only the latest count matters to a slow reader.
  const queue = new EventQueue<UpscaleEvent>((newer, older) => newer.type === 'tile' && older.type === 'tile');
  const width = picture.width * scale;
  const height = picture.height * scale;
  const large: RgbaPicture = { width, height, rgba: new Uint8Array(4 * width * height) };
  host
    .run(
      { type: 'upscale', folder, picture, scale },
      {
        ...options,
        onEvent(event) {
          if (event.type !== 'tile') return;
          putTile(large, event.tile);
          queue.push({ type: 'tile', done: event.done, total: event.total });
        },
      },
      eitherSignal(options, left.signal),
    )
    .then(
      () => {
        queue.push({ type: 'image', picture: large });
        queue.end();
      },
      (error: unknown) => queue.end({ error }),
    );
  try {
    yield* queue.read();
  } finally {
    left.abort();
  }
}

function putTile(picture: RgbaPicture, { left, top, width, height, rgba }: Tile): void {
  for (let y = 0; y < height; y++)
    picture.rgba.set(rgba.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top + y) * picture.width + left));
}
