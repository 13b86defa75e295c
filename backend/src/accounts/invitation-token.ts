import { createHmac, timingSafeEqual } from 'node:crypto';
import { Id } from '@rendermart/contract';

/**
 * The secret of an invitation follows from its id and the installation's secret. So the database holds nothing that
 * could be used, not even a hash, and the task that mails the link needs only the id.
 */
export const invitationToken = (id: string, secret: string): string => `${id}.${sign(id, secret)}`;

/** Pure: the id of an invitation that we made, or null. */
export function readInvitationToken(token: string, secret: string): string | null {
  const [id = '', signature = ''] = token.split('.');
  if (!Id.safeParse(id).success) return null;
  const [given, expected] = [Buffer.from(signature), Buffer.from(sign(id, secret))];
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
}

// The purpose is part of what is signed, so that no signature of one kind can pass for another.
const sign = (id: string, secret: string): string => createHmac('sha256', secret).update(`invitation:${id}`).digest('base64url');
