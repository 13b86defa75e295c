import type { StreamEvent } from '@rendermart/contract';

/** An event as the HTML standard's event-stream format writes it. `id` is what `Last-Event-ID` will say. */
export function formatEvent(event: StreamEvent, id?: string | number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The last event that a client saw, or null when it did not say or said nonsense. */
export function parseLastEventId(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) return null;
  return Number(header);
}
