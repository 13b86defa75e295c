import { PageSkeleton } from '../../ui/index.ts';

export function PeoplePage() {
  return <PageSkeleton />;
}
