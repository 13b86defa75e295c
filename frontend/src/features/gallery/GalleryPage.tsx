import { PageSkeleton } from '../../ui/index.ts';

export function GalleryPage() {
  return <PageSkeleton />;
}
