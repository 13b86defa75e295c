import { PageSkeleton } from '../../ui/index.ts';

export function ImagePage() {
  return <PageSkeleton />;
}
