import type { DiffusionEvent, DiffusionRequest, RgbaPicture } from '@rendermart/diffusion';
import type { EngineEvent, EngineJob } from '@rendermart/engine';
import { encodeImage, encodePreview } from '../pictures.ts';
import { seedOfThing } from './chance.ts';
import { compose, isComposed } from './compose.ts';
import { dressed } from './dressing.ts';
import { nearPalettes } from './palette.ts';
import { partsOf } from './parts.ts';
import type { Plan } from './plan.ts';
import { inPose } from './posing.ts';
import { recolour } from './recolour.ts';
import { inEvenSurfaces } from './surfaces.ts';
import type { Thing } from './things.ts';

type Rows = DiffusionRequest['pictures'];

export interface Drawing {
  job: EngineJob;
  /** One plan an image, in the order of the job's seeds. */
  plans: readonly Plan[];
  /** The size that the model draws. */
  own: { width: number; height: number };
  maxBatch: number;
  generate(rows: Rows): AsyncIterable<DiffusionEvent>;
  /** A drawn picture, enlarged where the job wants it larger, and the name of what enlarged it. */
  enlarge(drawn: RgbaPicture): Promise<{ picture: RgbaPicture; upscaler?: string }>;
}

interface Row {
  image: number;
  thing: number;
  prompt: string;
  seed: number;
  rules: Pick<Thing, 'dress' | 'surfacesOf' | 'colour' | 'pose'>;
}

function rowsOf({ job, plans }: Drawing): Row[] {
  return plans.flatMap(({ things, style }, image) =>
    things.map(({ prompt, ...rules }, thing) => ({
      image,
      thing,
      prompt: [rules.dress?.from ?? style, prompt].filter((part) => part !== undefined).join(', '),
      seed: seedOfThing(job.seeds[image]!, thing),
      rules,
    })),
  );
}

function inStyle({ dress, surfacesOf }: Row['rules'], drawn: RgbaPicture): RgbaPicture {
  if (dress) return dressed(drawn, dress);
  return surfacesOf ? inEvenSurfaces(drawn, nearPalettes(surfacesOf)) : drawn;
}

/** A thing as the network drew it, with the style, the colour and the pose that rules give it. */
function finished({ rules }: Row, drawn: RgbaPicture): RgbaPicture {
  const { colour, pose } = rules;
  const styled = inStyle(rules, drawn);
  const coloured = colour ? recolour(styled, colour) : styled;
  return pose ? inPose(coloured, pose) : coloured;
}

async function paint(drawing: Drawing, image: number, things: readonly RgbaPicture[], size: { width: number; height: number }) {
  const plan = drawing.plans[image]!;
  return isComposed(plan) ? compose(plan, things, size, drawing.job.seeds[image]!) : things[0]!;
}

async function finish(drawing: Drawing, image: number, things: readonly RgbaPicture[]): Promise<EngineEvent> {
  const { job, plans } = drawing;
  const plan = plans[image]!;
  // Things of a group are placed smaller than they were drawn.
  const enlarged = things.length === 1 ? await drawing.enlarge(things[0]!) : undefined;
  const large = enlarged ? [enlarged.picture] : things;
  const picture = await encodeImage(await paint(drawing, image, large, job), job, plan.backdrop ? null : job.background);
  const procedural = partsOf(plan);
  const made = {
    ...(procedural.length > 0 && { procedural }),
    ...(enlarged?.upscaler !== undefined && { upscaler: enlarged.upscaler }),
  };
  return { type: 'image', index: image, seed: job.seeds[image]!, picture, ...made };
}

/** What was drawn so far of each image, by thing; an image is looked at when all its things are there. */
class Table {
  private readonly things: (RgbaPicture | undefined)[][];

  constructor(plans: readonly Plan[]) {
    this.things = plans.map(({ things }) => things.map(() => undefined));
  }

  /** Puts a thing down; returns all things of its image once none is missing. */
  put({ image, thing }: Row, picture: RgbaPicture): RgbaPicture[] | undefined {
    const row = this.things[image]!;
    row[thing] = picture;
    return row.every((drawn) => drawn !== undefined) ? row : undefined;
  }
}

/** Draws the things of a job's plans, as many at a time as the model can, and composes each image when its things are there. */
export async function* drawPlans(drawing: Drawing): AsyncGenerator<EngineEvent> {
  const { plans, maxBatch, own } = drawing;
  const rows = rowsOf(drawing);
  const calls = Array.from({ length: Math.ceil(rows.length / maxBatch) }, (_, i) => rows.slice(i * maxBatch, (i + 1) * maxBatch));
  const [previews, images] = [new Table(plans), new Table(plans)];
  for (const [image, { things }] of plans.entries()) if (things.length === 0) yield finish(drawing, image, []);
  for (const [done, call] of calls.entries()) {
    for await (const event of drawing.generate(call.map(({ prompt, seed }) => ({ prompt, seed })))) {
      if (event.type === 'step') {
        yield { type: 'progress', step: done * event.steps + event.step, steps: calls.length * event.steps };
        continue;
      }
      const row = call[event.index]!;
      const things = (event.type === 'preview' ? previews : images).put(row, finished(row, event.picture));
      if (things === undefined) continue;
      if (event.type === 'image') yield finish(drawing, row.image, things);
      else
        yield { type: 'preview', index: row.image, picture: await encodePreview(await paint(drawing, row.image, things, own)) };
    }
  }
}
