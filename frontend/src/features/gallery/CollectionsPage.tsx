import { PageSkeleton } from '../../ui/index.ts';

export function CollectionsPage() {
  return <PageSkeleton />;
}
