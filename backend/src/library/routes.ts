import type { Handlers, RoomRouteNames } from '../platform/index.ts';
import { createArchive, sendArchive } from './archives.ts';
import * as collections from './collections.ts';
import type { Library } from './context.ts';
import { sendFile } from './files.ts';
import { listOwn, listPublished } from './gallery.ts';
import * as images from './images.ts';
import { uploadMask } from './masks.ts';
import { reportStorage } from './report.ts';
import type { ThumbnailSize } from './rules.ts';
import { sendThumbnail } from './thumbnails.ts';
import { uploadImage } from './uploads.ts';

/** The room's lines of the contract, each with its use-case. */
export function makeHandlers(library: Library): Handlers<RoomRouteNames<'library'>> {
  return {
    imageList: ({ actor, query }) => listOwn(library, actor, query),
    imageRead: ({ actor, params }) => images.readImage(library, actor, params.id),
    imageUpdate: ({ actor, params, body }) => images.updateImage(library, actor, params.id, body),
    imageUpload: ({ actor, request }) => uploadImage(library, actor, request),
    imageMaskUpload: ({ actor, params, request }) => uploadMask(library, actor, params.id, request),
    imageFile: (call) => sendFile(library, call, call.params.id, call.query.download === 'true'),
    imageThumbnail: (call) => sendThumbnail(library, call, call.params.id, Number(call.params.size) as ThumbnailSize),
    imageTrash: ({ actor, body }) => images.trashImages(library, actor, body.ids),
    imageRestore: ({ actor, body }) => images.restoreImages(library, actor, body.ids),
    imagePurge: ({ actor, body }) => images.purgeImages(library, actor, body.ids),
    imageLike: ({ actor, params }) => images.likeImage(library, actor, params.id),
    imageUnlike: ({ actor, params }) => images.unlikeImage(library, actor, params.id),
    archiveCreate: ({ actor, body }) => createArchive(library, actor, body.ids),
    archiveFile: (call) => sendArchive(library, call, call.params.id),
    collectionList: ({ actor }) => collections.listCollections(library, actor.accountId),
    collectionCreate: ({ actor, body }) => collections.createCollection(library, actor.accountId, body.name),
    collectionUpdate: ({ actor, params, body }) => collections.updateCollection(library, actor.accountId, params.id, body.name),
    collectionDelete: ({ actor, params }) => collections.deleteCollection(library, actor.accountId, params.id),
    collectionAdd: ({ actor, params, body }) => collections.addToCollection(library, actor.accountId, params.id, body.ids),
    collectionRemove: ({ actor, params, body }) =>
      collections.removeFromCollection(library, actor.accountId, params.id, body.ids),
    exploreList: ({ actor, query }) => listPublished(library, actor, query),
    adminStorageRead: () => reportStorage(library),
  };
}
