import { z } from 'zod';
import * as l from '../library.ts';
import { Id, IdParams, Ids } from '../primitives.ts';
import type { Route } from '../route.ts';

export const libraryRoutes = {
  imageList: {
    method: 'GET', path: '/api/images', summary: 'One\'s own images, newest first, with search and filters', room: 'library', auth: 'member', scope: 'images:read',
    query: l.ImageQuery, output: l.ImagePage, failures: [],
  },
  imageRead: {
    method: 'GET', path: '/api/images/:id', summary: 'An own or published image', room: 'library', auth: 'visitor', scope: 'images:read',
    params: IdParams, output: l.Image, failures: ['not_found'],
  },
  imageUpdate: {
    method: 'PATCH', path: '/api/images/:id', summary: 'Title, favourite, publish or unpublish', room: 'library', auth: 'member', scope: 'images:write',
    params: IdParams, input: l.ImagePatch, output: l.Image, failures: ['not_found', 'image_trashed', 'image_listed', 'licence_forbids'],
  },
  imageUpload: {
    method: 'POST', path: '/api/images', summary: 'Upload a picture (the body is the file) to draw from', room: 'library', auth: 'member', scope: 'images:write',
    status: 201, output: l.Image, raw: 'upload', failures: ['image_not_readable', 'image_too_large', 'unsupported_media_type', 'storage_full', 'body_too_large'],
  },
  imageFile: {
    method: 'GET', path: '/api/images/:id/file', summary: 'The full picture; PNG carries its recipe', room: 'library', auth: 'visitor', scope: 'images:read',
    params: IdParams, query: z.strictObject({ download: z.enum(['true', 'false']).optional() }), output: null, raw: 'bytes', failures: ['not_found'],
  },
  imageThumbnail: {
    method: 'GET', path: '/api/images/:id/thumbnails/:size', summary: 'A small picture, WebP or AVIF by Accept', room: 'library', auth: 'visitor', scope: 'images:read',
    params: z.strictObject({ id: Id, size: z.enum(['256', '640']) }), output: null, raw: 'bytes', failures: ['not_found'],
  },
  imageTrash: {
    method: 'POST', path: '/api/images/trash', summary: 'Move images to the trash', room: 'library', auth: 'member', scope: 'images:write', status: 200,
    input: Ids, output: l.Changed, failures: ['image_listed'],
  },
  imageRestore: {
    method: 'POST', path: '/api/images/restore', summary: 'Take images back out of the trash', room: 'library', auth: 'member', scope: 'images:write', status: 200,
    input: Ids, output: l.Changed, failures: [],
  },
  imagePurge: {
    method: 'POST', path: '/api/images/purge', summary: 'Delete images of the trash for good', room: 'library', auth: 'member', scope: 'images:write', status: 200,
    input: Ids, output: l.Changed, failures: [],
  },
  imageLike: {
    method: 'PUT', path: '/api/images/:id/like', summary: 'Like a published image', room: 'library', auth: 'member', scope: 'images:write',
    params: IdParams, output: l.Image, failures: ['not_found'],
  },
  imageUnlike: {
    method: 'DELETE', path: '/api/images/:id/like', summary: 'Take a like back', room: 'library', auth: 'member', scope: 'images:write',
    params: IdParams, output: l.Image, failures: ['not_found'],
  },
  archiveCreate: {
    method: 'POST', path: '/api/archives', summary: 'Prepare a zip of own images; fetch it under the answered path', room: 'library', auth: 'member', scope: 'images:read',
    status: 201, input: Ids, output: l.Archive, failures: ['not_found'],
  },
  archiveFile: {
    method: 'GET', path: '/api/archives/:id', summary: 'The zip, streamed', room: 'library', auth: 'member', scope: 'images:read',
    params: IdParams, output: null, raw: 'bytes', failures: ['not_found'],
  },
  collectionList: {
    method: 'GET', path: '/api/collections', summary: 'One\'s own collections', room: 'library', auth: 'member', scope: 'images:read',
    output: z.object({ items: z.array(l.Collection) }), failures: [],
  },
  collectionCreate: {
    method: 'POST', path: '/api/collections', summary: 'Make a collection', room: 'library', auth: 'member', scope: 'images:write', status: 201,
    input: l.CollectionInput, output: l.Collection, failures: ['collection_exists'],
  },
  collectionUpdate: {
    method: 'PATCH', path: '/api/collections/:id', summary: 'Rename a collection', room: 'library', auth: 'member', scope: 'images:write',
    params: IdParams, input: l.CollectionInput, output: l.Collection, failures: ['not_found', 'collection_exists'],
  },
  collectionDelete: {
    method: 'DELETE', path: '/api/collections/:id', summary: 'Delete a collection; its images stay', room: 'library', auth: 'member', scope: 'images:write',
    params: IdParams, output: null, failures: ['not_found'],
  },
  collectionAdd: {
    method: 'POST', path: '/api/collections/:id/images', summary: 'Put images into a collection', room: 'library', auth: 'member', scope: 'images:write', status: 200,
    params: IdParams, input: Ids, output: l.Changed, failures: ['not_found'],
  },
  collectionRemove: {
    method: 'POST', path: '/api/collections/:id/images/remove', summary: 'Take images out of a collection', room: 'library', auth: 'member', scope: 'images:write',
    status: 200, params: IdParams, input: Ids, output: l.Changed, failures: ['not_found'],
  },
  exploreList: {
    method: 'GET', path: '/api/explore', summary: 'Published images', room: 'library', auth: 'visitor', scope: 'images:read',
    query: l.ExploreQuery, output: l.ImagePage, failures: ['sign_in_required'],
  },
  adminStorageRead: {
    method: 'GET', path: '/api/admin/storage', summary: 'What is stored, and for whom', room: 'library', auth: 'administrator', scope: 'admin',
    output: l.StorageReport, failures: [],
  },
} as const satisfies Record<string, Route>;
