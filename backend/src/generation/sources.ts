import { EngineError, type EngineJob, type Picture } from '@rendermart/engine';
import type { OpenedSource } from '../library/index.ts';
import { Failure } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import type { Settings } from './rules.ts';

/** The image that a wish begins with, by name: its picture is opened where it is drawn. */
export interface SourceWish {
  accountId: string;
  imageId: string;
  /** What of it is drawn anew; null for all of it. */
  maskId: string | null;
  denoisingStrength: number;
}

type Wish = Pick<Settings, 'sourceImageId' | 'maskId'>;

/** Throws `not_found` unless the person may draw from the source image and the mask of a wish. */
export async function assertReadable(
  { library, database }: Pick<GenerationDeps, 'library' | 'database'>,
  accountId: string,
  { sourceImageId, maskId }: Wish,
): Promise<void> {
  if (sourceImageId === null) return;
  if (!(await library.readableSource(database.read, accountId, sourceImageId)))
    throw new Failure('not_found', { field: 'sourceImageId' });
  if (maskId !== null && !(await library.readableMask(database.read, accountId, maskId, sourceImageId)))
    throw new Failure('not_found', { field: 'maskId' });
}

/** Opens what a wish begins with. Throws an EngineError when it has been deleted since it was asked for. */
export async function openSource(
  library: Pick<GenerationDeps['library'], 'openSource' | 'openMask'>,
  source: SourceWish | null,
): Promise<(NonNullable<EngineJob['source']> & { picture: OpenedSource }) | null> {
  if (source === null) return null;
  const { accountId, imageId, maskId, denoisingStrength } = source;
  const picture = required(await library.openSource(accountId, imageId), 'source image', 'sourceImageId');
  if (maskId === null) return { picture, denoisingStrength };
  return { picture, denoisingStrength, mask: required(await library.openMask(accountId, maskId, imageId), 'mask', 'maskId') };
}

function required<P extends Picture>(picture: P | null, what: string, field: string): P {
  if (picture === null) throw new EngineError('invalid_request', `the ${what} no longer exists`, { field });
  return picture;
}
