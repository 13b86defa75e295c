import { PageSkeleton } from '../../ui/index.ts';

export function ModelsPage() {
  return <PageSkeleton />;
}
