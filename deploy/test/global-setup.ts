import { bringBaseImages } from './base-images.ts';
import { buildImage, imageSizeMb } from './podman.ts';

/** Builds everything once, before the first file. KEEP_IMAGES=1 looks at the images that are there, while you write a test. */
export async function setup(): Promise<void> {
  for (const { name, origin } of await bringBaseImages()) console.log(`${name}: ${origin}`);
  // In this order: the image for backups begins with the backend's.
  for (const name of ['backend', 'frontend', 'backup'] as const) {
    if (!process.env['KEEP_IMAGES']) await buildImage(name);
    console.log(`rendermart-${name}: ${await imageSizeMb(`rendermart-${name}`)} MB unpacked`);
  }
}
