import { PageSkeleton } from '../../ui/index.ts';

export function TrashPage() {
  return <PageSkeleton />;
}
