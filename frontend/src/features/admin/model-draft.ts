import type { AdminModel, ModelPatch } from '@rendermart/contract';
import { withoutSame } from './without-same.ts';

/** A model as its form holds it: everything is text until it is sent. */
export interface ModelDraft {
  id: string;
  name: string;
  description: string;
  engine: string;
  engineModel: string;
  priceCredits: string;
  options: string;
}
/** A model that is there already has a course of life too. */
export type EditedModel = ModelDraft & ModelLife;
export type ModelLife = Pick<AdminModel, 'lifecycle' | 'endsOn' | 'successorId'>;
export type ModelLack = 'id' | 'name' | 'engineModel' | 'priceCredits' | 'options';

export const emptyDraft = (engine: string): ModelDraft => ({
  id: '',
  name: '',
  description: '',
  engine,
  engineModel: '',
  priceCredits: '0',
  options: '',
});

function draftOf({ id, name, description, engine, engineModel, priceCredits, options }: AdminModel): ModelDraft {
  return {
    id,
    name,
    description,
    engine,
    engineModel,
    priceCredits,
    options: Object.keys(options).length > 0 ? JSON.stringify(options, null, 2) : '',
  };
}

export function editedOf(model: AdminModel): EditedModel {
  const { lifecycle, endsOn, successorId } = model;
  return { ...draftOf(model), lifecycle, endsOn, successorId };
}

/** What of an edited model is sent: only what differs from what its form opened with, as somebody else may change the rest meanwhile. */
export function modelPatchOf(edited: EditedModel, opened: EditedModel): ModelPatch {
  const { options, ...patch } = withoutSame(changeable(edited), changeable(opened));
  return options === undefined ? patch : { ...patch, options: parseOptions(edited.options) ?? {} };
}

/** Options as one text, so that they can be compared: the same whatever their spaces and line ends. */
function changeable({ name, description, priceCredits, options, lifecycle, endsOn, successorId }: EditedModel) {
  return { name, description, priceCredits, lifecycle, endsOn, successorId, options: JSON.stringify(parseOptions(options)) };
}

/** The options as the engine gets them; undefined when the text is not a JSON object. */
export function parseOptions(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an id is written as one. */
export const isModelId = (id: string): boolean => /^[a-z0-9][a-z0-9._-]{0,62}$/.test(id);

/** What must be put right before the form is sent. The server checks again, and knows which ids are taken. */
export function lacksOf(draft: ModelDraft): ReadonlySet<ModelLack> {
  const checks: [ModelLack, boolean][] = [
    ['id', isModelId(draft.id)],
    ['name', draft.name.trim() !== ''],
    ['engineModel', draft.engineModel.trim() !== ''],
    ['priceCredits', /^\d{1,12}$/.test(draft.priceCredits)],
    ['options', parseOptions(draft.options) !== undefined],
  ];
  return new Set(checks.filter(([, isRight]) => !isRight).map(([lack]) => lack));
}
