import { PageSkeleton } from '../../ui/index.ts';

export function StudioPage() {
  return <PageSkeleton />;
}
