import type { ModelInput, ModelPatch } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Capabilities } from '@rendermart/contract';
import type { Reader, Tx } from '../platform/index.ts';
import type { ModelRow } from './tables.ts';

// A date is a day, not a moment: as text it cannot slip into another time zone.
const model = sql`select m.*, m.ends_on::text as ends_on from generation.models m`;

export type CompleteModel = ModelInput & { capabilities: Capabilities };

/** The default first, then in the order in which they were added. */
export async function listModels(reader: Reader): Promise<ModelRow[]> {
  const { rows } = await sql<ModelRow>`${model} order by m.is_default desc, m.created_at, m.id`.execute(reader);
  return rows;
}

export async function readModel(reader: Reader, id: string): Promise<ModelRow | undefined> {
  const { rows } = await sql<ModelRow>`${model} where m.id = ${id}`.execute(reader);
  return rows[0];
}

/** Answers false when there is already one with this id. */
export async function insertModel(tx: Tx, input: CompleteModel, builtIn: boolean): Promise<boolean> {
  const { rows } = await sql`
    insert into generation.models (id, name, description, engine, engine_model, options, capabilities, built_in, enabled, price_credits)
    values (${input.id}, ${input.name}, ${input.description}, ${input.engine}, ${input.engineModel}, ${JSON.stringify(input.options)}::jsonb,
      ${JSON.stringify(input.capabilities)}::jsonb, ${builtIn}, ${input.enabled}, ${input.priceCredits}::bigint)
    on conflict (id) do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** Brings a model that had ended back, with what it is now. Answers false when it has not ended. */
export async function reviveModel(tx: Tx, input: CompleteModel): Promise<boolean> {
  const { rows } = await sql`
    update generation.models set name = ${input.name}, description = ${input.description}, engine = ${input.engine},
      engine_model = ${input.engineModel}, options = ${JSON.stringify(input.options)}::jsonb,
      capabilities = ${JSON.stringify(input.capabilities)}::jsonb, enabled = ${input.enabled},
      lifecycle = 'active', ends_on = null, successor_id = null
    where id = ${input.id} and lifecycle = 'retired' and not built_in returning id`.execute(tx);
  return rows.length > 0;
}

/** A built-in model can do what its engine says today; everything else about it belongs to the administrators. */
export async function refreshBuiltIn(tx: Tx, id: string, capabilities: Capabilities): Promise<void> {
  const json = JSON.stringify(capabilities);
  await sql`update generation.models set capabilities = ${json}::jsonb where id = ${id} and built_in and capabilities <> ${json}::jsonb`.execute(
    tx,
  );
}

/** Makes this model the default when there is none. */
export async function ensureDefault(tx: Tx, id: string): Promise<void> {
  await sql`update generation.models set is_default = true where id = ${id} and not exists (select from generation.models where is_default)`.execute(
    tx,
  );
}

export async function makeDefault(tx: Tx, id: string): Promise<void> {
  await sql`update generation.models set is_default = false where is_default and id <> ${id}`.execute(tx);
  await sql`update generation.models set is_default = true where id = ${id}`.execute(tx);
}

/** Writes every field of the patch that is present. */
export async function updateModel(tx: Tx, id: string, patch: ModelPatch): Promise<void> {
  const keep = <Value>(value: Value | undefined, column: string) => (value === undefined ? sql.ref(column) : sql`${value}`);
  const json = (value: unknown, column: string) => (value === undefined ? sql.ref(column) : sql`${JSON.stringify(value)}::jsonb`);
  await sql`
    update generation.models set name = ${keep(patch.name, 'name')}, description = ${keep(patch.description, 'description')},
      options = ${json(patch.options, 'options')}, capabilities = ${json(patch.capabilities, 'capabilities')},
      enabled = ${keep(patch.enabled, 'enabled')}, lifecycle = ${keep(patch.lifecycle, 'lifecycle')},
      ends_on = ${patch.endsOn === undefined ? sql.ref('ends_on') : sql`${patch.endsOn}::date`},
      successor_id = ${keep(patch.successorId, 'successor_id')},
      price_credits = ${patch.priceCredits === undefined ? sql.ref('price_credits') : sql`${patch.priceCredits}::bigint`}
    where id = ${id}`.execute(tx);
}
