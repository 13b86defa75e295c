/** A lane as the scheduler sees it: one person's queue for one engine. */
export interface Lane {
  accountId: string;
  weight: number;
  /** Start tag of its next wish. */
  virtualTime: number;
  readyImages: number;
  readyWork: number;
  /** Images of this lane up to this mark have left the queue. */
  claimedMark: number;
}

export interface Waiting {
  accountId: string;
  laneMark: number;
  count: number;
}

export interface Place {
  /** Images of anybody that are drawn before. */
  imagesAhead: number;
  workAhead: number;
}

/**
 * The place of a wish in fair order, from the lanes alone: O(lanes), however long the queue is.
 * A wish in the middle of a lane starts when the lane's virtual time has passed all that is before it there;
 * from another lane come first what starts earlier than that.
 */
export function placeInQueue(wish: Waiting, lanes: readonly Lane[]): Place {
  const own = lanes.find((lane) => lane.accountId === wish.accountId);
  if (!own || own.readyImages === 0) return { imagesAhead: 0, workAhead: 0 };
  // Cancelled wishes leave gaps in the marks, so what really waits is the upper bound.
  const ownAhead = Math.min(Math.max(0, wish.laneMark - own.claimedMark), Math.max(0, own.readyImages - wish.count));
  const startTag = own.virtualTime + (ownAhead * workPerImage(own)) / own.weight;
  const place: Place = { imagesAhead: ownAhead, workAhead: ownAhead * workPerImage(own) };
  for (const lane of lanes) {
    if (lane === own) continue;
    const images = imagesBefore(startTag, lane, lane.accountId < own.accountId);
    place.imagesAhead += images;
    place.workAhead += images * workPerImage(lane);
  }
  return place;
}

function workPerImage(lane: Lane): number {
  return lane.readyImages === 0 ? 0 : lane.readyWork / lane.readyImages;
}

/** Images of a lane whose start tag is smaller, or equal and first by id, as the claim orders them. */
function imagesBefore(startTag: number, lane: Lane, firstAtTie: boolean): number {
  if (lane.readyImages === 0 || lane.virtualTime > startTag || (lane.virtualTime === startTag && !firstAtTie)) return 0;
  const turns = ((startTag - lane.virtualTime) * lane.weight) / workPerImage(lane);
  const images = firstAtTie ? Math.floor(turns) + 1 : Math.ceil(turns);
  return Math.min(lane.readyImages, images);
}

/** Quartiles of recent run times, in milliseconds per unit of work. */
export interface Pace {
  lowMs: number;
  likelyMs: number;
  highMs: number;
}

/** The pace of some recent runs, or null when there are none. A few runs say little about the spread, so the band is then wider. */
export function paceOf(msPerWork: readonly number[]): Pace | null {
  if (msPerWork.length === 0) return null;
  const sorted = msPerWork.toSorted((one, other) => one - other);
  const widening = sorted.length < 4 ? 1.5 : 1;
  return { lowMs: quantile(sorted, 0.25) / widening, likelyMs: quantile(sorted, 0.5), highMs: quantile(sorted, 0.75) * widening };
}

/** Linear interpolation between the two nearest ranks. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const rank = (sorted.length - 1) * fraction;
  const [below, above] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return below + (above - below) * (rank - Math.floor(rank));
}

export interface EstimateFacts {
  /** Work of the wish itself, and of what is drawn before it. */
  work: number;
  workAhead: number;
  /** Work that is being drawn now; half of it is still to do, on average. */
  workRunning: number;
  /** Jobs that all live workers of the engine run at once. */
  slots: number;
  /** Pace of the wish's model, and of everything that its engine drew lately. */
  own: Pace | null;
  engine: Pace | null;
}

/** Milliseconds until a wish is finished, or null when nothing is known: no run yet, or nobody works on this engine. */
export function estimate(facts: EstimateFacts): { lowMs: number; likelyMs: number; highMs: number } | null {
  const { own, engine, slots } = facts;
  if (own === null || engine === null || slots === 0) return null;
  const queuedWork = (facts.workAhead + facts.workRunning / 2) / slots;
  const at = (key: keyof Pace) => Math.round(queuedWork * engine[key] + facts.work * own[key]);
  return { lowMs: at('lowMs'), likelyMs: at('likelyMs'), highMs: at('highMs') };
}
