import fs from 'node:fs';
import path from 'node:path';

const sizeBytesMax = 10_000_000;
const warning = 40;

/**
 * Keeps everything that a part writes in `<dataDir>/logs/<part>.log` and shows a person only what needs them: warnings
 * and errors, in one line each, and whatever is no log record at all.
 */
export function openPartLog(dataDir: string, part: string): (line: string) => void {
  const file = path.join(dataDir, 'logs', `${part}.log`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const tooLong = (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > sizeBytesMax;
  if (tooLong) fs.renameSync(file, `${file}.1`);
  const stream = fs.createWriteStream(file, { flags: 'a', mode: 0o600 });
  return (line) => {
    stream.write(`${line}\n`);
    const shown = toShow(line);
    if (shown !== undefined) console.error(`[${part}] ${shown}`);
  };
}

/** Pure: what a person should see of a line, if anything. */
export function toShow(line: string): string | undefined {
  const record = parseRecord(line);
  if (!record) return line.trim() === '' ? undefined : line;
  if (record.level < warning) return undefined;
  const { level: _level, time: _time, pid: _pid, hostname: _hostname, role: _role, msg, ...details } = record;
  // The stack is in the file, for whoever wants it.
  const error = (details['error'] as { message?: string } | undefined)?.message;
  const shown = error === undefined ? details : { ...details, error };
  const text = Object.keys(shown).length > 0 ? JSON.stringify(shown) : '';
  return [msg, text].filter(Boolean).join(' ');
}

interface LogRecord {
  level: number;
  msg?: string;
  [detail: string]: unknown;
}

function parseRecord(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Partial<LogRecord>;
    return typeof value.level === 'number' ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}
