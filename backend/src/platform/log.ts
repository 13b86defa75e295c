import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs, one JSON object a line. Secrets never reach a log: what may hold one is removed here, wherever it appears. */
export function makeLog(config: { level: string; role: string }): Log {
  return pino({
    level: config.level,
    base: { role: config.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['*.password', '*.authorization', '*.cookie', '*.apiKey', '*.secret', '*.token', 'req.headers.authorization', 'req.headers.cookie'],
      censor: '[removed]',
    },
    serializers: { error: pino.stdSerializers.err },
  });
}
