import type {
  Capabilities,
  GenerationFailureCode,
  GenerationState,
  GenerationWarning,
  ModelLifecycle,
} from '@rendermart/contract';

/** A row of `generation.generations`, with how far its running attempt is. */
export interface GenerationRow {
  id: string;
  account_id: string;
  engine: string;
  model_id: string;
  model_name: string;
  prompt: string;
  negative_prompt: string;
  width: number;
  height: number;
  steps: number | null;
  guidance_scale: number | null;
  seed: number;
  count: number;
  background: string | null;
  source_image_id: string | null;
  denoising_strength: number | null;
  mask_id: string | null;
  scale: number | null;
  price_credits: number | bigint;
  work: number;
  lane_mark: number;
  resume_at: Date | null;
  state: GenerationState;
  sequence: number;
  warnings: GenerationWarning[];
  failure_code: GenerationFailureCode | null;
  cancel_requested: boolean;
  attempts: number;
  strikes: number;
  postponements: number;
  landed: number[];
  attempt_id: string | null;
  hold_id: string | null;
  paid: number;
  created_at: Date;
  /** When it was queued again after it had ended, the last time. */
  retried_at: Date | null;
  expires_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface ProgressColumns {
  progress_step: number | null;
  progress_steps: number | null;
}

export type GenerationView = GenerationRow & ProgressColumns;

export interface ModelRow {
  id: string;
  name: string;
  description: string;
  engine: string;
  engine_model: string;
  options: Record<string, unknown>;
  capabilities: Capabilities;
  built_in: boolean;
  enabled: boolean;
  is_default: boolean;
  lifecycle: ModelLifecycle;
  ends_on: string | null;
  successor_id: string | null;
  price_credits: number | bigint;
  created_at: Date;
}

/** A wish that a worker has claimed, with what its engine must know of the model. */
export type ClaimedRow = GenerationRow & { attempt_id: string } & Pick<ModelRow, 'engine_model' | 'options' | 'capabilities'>;
