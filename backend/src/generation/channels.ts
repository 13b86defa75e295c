/** What the processes of this room tell each other. A bell carries ids; the rows are the truth. */
export const channels = {
  /** Payload: an engine's name. There is work for its workers. */
  queued: 'generation_queued',
  /** Payload: `{ account, id }`. A person can see something new. */
  changed: 'generation_changed',
  /** Payload: `{ account, id }`. There is a new preview of a running generation, for its owner only. */
  previewed: 'generation_previewed',
  /** Payload: `{ attempt }`. Somebody wants this run to stop. */
  cancel: 'generation_cancel',
  /** Payload: an engine's name. Somebody types and waits for a drawing of its. */
  live: 'generation_live',
  /** Payload: the id of a live drawing. It is over, or a newer one took its place. */
  liveEnded: 'generation_live_ended',
  /** The library's: payload `{ accountId, imageId }`. Thumbnails of an image are ready. */
  imageReady: 'library_image',
  /** The market's: payload `{ accountId, event }`. Something that this person should hear at once. */
  news: 'market_news',
} as const;
