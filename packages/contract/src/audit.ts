import { z } from 'zod';
import { auditActs } from './audit-acts.ts';
import { Cursor, Day, Id, Timestamp, page, queryInt } from './primitives.ts';

export const AuditAct = z.enum(auditActs);
export type AuditAct = z.infer<typeof AuditAct>;

/** One line of the audit log, which nobody can change or delete. */
export const AuditEntry = z.object({
  id: z.string(),
  actor: z.object({ id: Id, name: z.string() }),
  act: AuditAct,
  subject: z.string().describe('What it was done to, such as `account:<id>`'),
  name: z.string().describe('What the subject was called then'),
  reason: z.string().nullable(),
  changes: z.array(
    z.object({
      field: z.string(),
      from: z.string().nullable().describe('null where there was nothing, or nothing that fits a line'),
      to: z.string().nullable(),
    }),
  ),
  createdAt: Timestamp,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = z.strictObject({
  cursor: Cursor,
  limit: queryInt(1, 100, 50),
  act: AuditAct.optional(),
  actorId: Id.optional(),
  q: z.string().trim().max(100).optional().describe('Part of the name of the subject, or of the reason'),
  from: Day.optional(),
  to: Day.optional().describe('This day included, in UTC'),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditPage = page(AuditEntry).extend({
  actors: z
    .array(z.object({ id: Id, name: z.string() }))
    .describe(
      'On the first page, to filter by: everybody who did more than close their own account. Empty on the pages after it',
    ),
});
