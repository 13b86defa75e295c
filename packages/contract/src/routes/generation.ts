import { z } from 'zod';
import * as g from '../generation.ts';
import * as m from '../models.ts';
import { IdParams } from '../primitives.ts';
import type { Route } from '../route.ts';

const modelParams = z.strictObject({ id: z.string().min(1).max(80) });

export const generationRoutes = {
  modelList: {
    method: 'GET', path: '/api/models', summary: 'Models that can be used, the default first', room: 'generation', auth: 'member', scope: 'generations:read',
    output: z.object({ items: z.array(m.Model) }), failures: [],
  },
  promptRead: {
    method: 'POST', path: '/api/models/:id/prompt-readings', summary: 'How a model with a closed vocabulary understands a prompt', room: 'generation', auth: 'member',
    scope: 'generations:read', params: modelParams, input: z.strictObject({ prompt: z.string().max(10_000) }), output: m.PromptReading.nullable(), status: 200,
    failures: ['not_found', 'engine_unavailable'],
  },
  wordSuggest: {
    method: 'GET', path: '/api/models/:id/words', summary: 'Words that a model knows and that begin so', room: 'generation', auth: 'member', scope: 'generations:read',
    params: modelParams, query: z.strictObject({ prefix: z.string().trim().min(1).max(40), locale: z.enum(['en', 'fr']).default('en') }),
    output: z.object({ words: z.array(z.string()) }), failures: ['not_found', 'engine_unavailable'],
  },
  generationCreate: {
    method: 'POST', path: '/api/generations', summary: 'Ask for images; the same idempotency key replays the same answer', room: 'generation', auth: 'member',
    scope: 'generations:write', status: 202, idempotent: true, input: g.GenerationInput, output: g.Generation,
    failures: ['model_unknown', 'model_retired', 'no_model', 'size_not_supported', 'setting_out_of_range', 'source_image_unsupported', 'queue_full', 'insufficient_credits',
      'idempotency_key_missing', 'idempotency_mismatch', 'not_found'],
  },
  generationList: {
    method: 'GET', path: '/api/generations', summary: 'One\'s own generations, newest first', room: 'generation', auth: 'member', scope: 'generations:read',
    query: g.GenerationQuery, output: g.GenerationPage, failures: [],
  },
  generationRead: {
    method: 'GET', path: '/api/generations/:id', summary: 'One generation, as it is now', room: 'generation', auth: 'member', scope: 'generations:read',
    params: IdParams, output: g.Generation, failures: ['not_found'],
  },
  generationCancel: {
    method: 'POST', path: '/api/generations/:id/cancel', summary: 'Stop it: at once when queued, within one step when running', room: 'generation', auth: 'member',
    scope: 'generations:write', params: IdParams, output: g.Generation, status: 200, failures: ['not_found', 'generation_not_cancellable'],
  },
  generationRetry: {
    method: 'POST', path: '/api/generations/:id/retry', summary: 'Try again what failed, with the same seed', room: 'generation', auth: 'member', scope: 'generations:write',
    params: IdParams, output: g.Generation, status: 202, failures: ['not_found', 'generation_not_retryable', 'model_unknown', 'queue_full', 'insufficient_credits'],
  },
  eventStream: {
    method: 'GET', path: '/api/events', summary: 'Server-sent events about one\'s own generations; resumes by Last-Event-ID', room: 'generation', auth: 'member',
    scope: 'generations:read', output: g.StreamEvent, raw: 'event-stream', failures: [],
  },
  adminModelList: {
    method: 'GET', path: '/api/admin/models', summary: 'All models', room: 'generation', auth: 'administrator', scope: 'admin',
    output: z.object({ items: z.array(m.AdminModel), engines: z.array(z.string()) }), failures: [],
  },
  adminModelCreate: {
    method: 'POST', path: '/api/admin/models', summary: 'Add a model; its capabilities are asked of the engine when not given', room: 'generation', auth: 'administrator',
    scope: 'admin', status: 201, input: m.ModelInput, output: m.AdminModel, failures: ['model_exists', 'engine_unknown', 'engine_unavailable'],
  },
  adminModelUpdate: {
    method: 'PATCH', path: '/api/admin/models/:id', summary: 'Change, enable or disable a model', room: 'generation', auth: 'administrator', scope: 'admin',
    params: modelParams, input: m.ModelPatch, output: m.AdminModel, failures: ['not_found', 'model_unknown'],
  },
  adminQueueRead: {
    method: 'GET', path: '/api/admin/queue', summary: 'What waits, what runs, and who works', room: 'generation', auth: 'administrator', scope: 'admin',
    output: g.QueueReport, failures: [],
  },
} as const satisfies Record<string, Route>;
