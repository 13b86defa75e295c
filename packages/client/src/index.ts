export { makeClient } from './client.ts';
export type { AnswerOf, CallOf, Client, ClientOptions } from './client.ts';
export { parseMessages } from './events.ts';
export type { EventOptions, Message, ReceivedEvent } from './events.ts';
export { ApiFailure } from './failure.ts';
export type { ApiFailureCode } from './failure.ts';
