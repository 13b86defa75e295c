import { type Reader, type Tx, ring } from '../platform/index.ts';
import { channels } from './channels.ts';

/** Tells every open event stream of the account, once it is committed. One that a crash loses is made up for: see the hub's places. */
export const ringChanged = (at: Reader | Tx, account: string, id: string): void => ring(at, channels.changed, { account, id });

/** Tells the workers of an engine that there is work, once it is committed. They look by themselves every second, too. */
export const ringQueued = (at: Reader | Tx, engine: string): void => ring(at, channels.queued, engine);
