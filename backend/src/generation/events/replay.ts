import type { Reader } from '../../platform/index.ts';
import type { PresentGenerations } from '../present.ts';
import { listChangedSince, listRunning } from '../store.ts';
import { type Tell, tellRows } from './fan-out.ts';

// Sequences are handed out before they commit, so a smaller one may appear after a larger one was told. Transactions of this
// room last milliseconds; this many changes of all people together are seconds even under load. Snapshots may repeat: they are whole.
const overlap = 5_000;
const pageSize = 200;

/** Tells everything of an account that changed since an event, oldest first, and what runs now. Waits for `drained` between pages. */
export async function replaySince(
  source: { reader: Reader; present: PresentGenerations },
  accountId: string,
  lastEventId: number,
  tell: Tell,
  drained: () => Promise<void> = async () => {},
): Promise<void> {
  const { reader, present } = source;
  let after = lastEventId - overlap;
  for (;;) {
    const page = await listChangedSince(reader, accountId, after, pageSize);
    await tellRows(
      reader,
      present,
      page.map((row) => row.id),
      tell,
    );
    await drained();
    if (page.length < pageSize) break;
    after = page.at(-1)!.sequence;
  }
  await tellRows(reader, present, await listRunning(reader, accountId), tell);
}
