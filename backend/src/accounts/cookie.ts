import { createHmac, timingSafeEqual } from 'node:crypto';

export const sessionCookieName = 'rendermart.session_token';
// Browsers keep a cookie for 400 days at most; whether the session still lives, the database decides.
const maxAgeSeconds = 400 * 24 * 3600;

/** The `Set-Cookie` line that signs a browser in. */
export function sessionCookie(token: string, secret: string, secure: boolean): string {
  return cookieLine(encodeURIComponent(`${token}.${sign(token, secret)}`), maxAgeSeconds, secure);
}

/** The `Set-Cookie` line that makes a browser forget its session. */
export const noSessionCookie = (secure: boolean): string => cookieLine('', 0, secure);

function cookieLine(value: string, ageSeconds: number, secure: boolean): string {
  return `${sessionCookieName}=${value}; Max-Age=${ageSeconds}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Pure: the session token of a `Cookie` header, or null when there is none or its signature is not ours. */
export function readSessionToken(cookies: string | null, secret: string): string | null {
  for (const pair of cookies?.split(';') ?? []) {
    const [name, value] = splitOnce(pair.trim(), '=');
    if (name !== sessionCookieName) continue;
    const [token, signature] = splitOnce(decode(value), '.');
    if (token !== '' && isSame(signature, sign(token, secret))) return token;
  }
  return null;
}

/** better-auth's form of a signed cookie, so that its own functions read ours: `token.base64(HMAC-SHA-256)`. */
const sign = (token: string, secret: string): string => createHmac('sha256', secret).update(token).digest('base64');

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
