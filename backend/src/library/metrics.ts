import { Counter, Histogram } from 'prom-client';
import type { Registry } from '../platform/index.ts';

export type LibraryMetrics = ReturnType<typeof makeLibraryMetrics>;

export function makeLibraryMetrics(registry: Registry) {
  const registers = [registry];
  return {
    images: new Counter({
      name: 'rendermart_library_images_total',
      help: 'Images added, by origin',
      labelNames: ['origin'],
      registers,
    }),
    storedBytes: new Counter({ name: 'rendermart_stored_bytes_total', help: 'Bytes of originals written to storage', registers }),
    refusedUploads: new Counter({
      name: 'rendermart_refused_uploads_total',
      help: 'Uploads refused, by failure code',
      labelNames: ['code'],
      registers,
    }),
    thumbnailSeconds: new Histogram({
      name: 'rendermart_thumbnail_seconds',
      help: 'Time to make the thumbnails of one image',
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    thumbnailsOnDemand: new Counter({
      name: 'rendermart_thumbnails_on_demand_total',
      help: 'Thumbnails asked for before their task had run',
      registers,
    }),
    sweptBlobs: new Counter({
      name: 'rendermart_swept_blobs_total',
      help: 'Stored originals removed because no image uses them',
      registers,
    }),
  };
}
