import { PageSkeleton } from '../../ui/index.ts';

export function ExplorePage() {
  return <PageSkeleton />;
}
