import { PageSkeleton } from '../../ui/index.ts';

export function StoragePage() {
  return <PageSkeleton />;
}
