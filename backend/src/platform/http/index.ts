export { closeInTime } from './close.ts';
export { type Actor, type Authenticate } from './actor.ts';
export { type Call, type Handler, type Handlers, type RoomRouteNames } from './handler.ts';
export { mountRoutes } from './mount.ts';
export { type HttpConfig, makeHttpServer } from './server.ts';
export { headersTimeoutMs, heartbeatMs, keepAliveTimeoutMs } from './timeouts.ts';
