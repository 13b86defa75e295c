import type { AdminModel } from '@rendermart/contract';

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

export function draftOf({ id, name, description, engine, engineModel, priceCredits, options }: AdminModel): ModelDraft {
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
