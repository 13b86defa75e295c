import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/**
 * Structured logs, one JSON object a line. Secrets never reach a log: what may hold one is removed here, wherever it appears.
 * `detail` is among them: with some errors PostgreSQL quotes the whole row there.
 */
export function makeLog(config: { level: string; role: string }, destination?: DestinationStream): Log {
  const options = {
    level: config.level,
    base: { role: config.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.password',
        '*.authorization',
        '*.cookie',
        '*.apiKey',
        '*.secret',
        '*.token',
        '*.detail',
        'req.headers.authorization',
        'req.headers.cookie',
      ],
      censor: '[removed]',
    },
    serializers: { error: pino.stdSerializers.err },
  };
  return destination ? pino(options, destination) : pino(options);
}
