import type { Handlers, RoomRouteNames } from '../platform/index.ts';
import type { DownloadsDeps } from './deps.ts';
import * as service from './service.ts';

/** The contract's lines of this room, each with its use-case. */
export function makeHandlers(deps: DownloadsDeps): Handlers<RoomRouteNames<'downloads'>> {
  return {
    adminModelOfferRead: ({ query }) => service.readOffer(deps, query.address),
    adminDownloadList: () => service.listAll(deps),
    adminDownloadCreate: ({ actor, body }) => service.requestDownload(deps, actor, body),
    adminImportCreate: ({ actor, body }) => service.requestImport(deps, actor, body),
    adminDownloadStop: ({ params }) => service.stopDownload(deps, params.id),
    adminDownloadResume: ({ params }) => service.resumeDownload(deps, params.id),
    adminDownloadRemove: ({ actor, params }) => service.requestRemoval(deps, actor, params.id),
  };
}
