import { PageSkeleton } from '../../ui/index.ts';

export function QueuePage() {
  return <PageSkeleton />;
}
