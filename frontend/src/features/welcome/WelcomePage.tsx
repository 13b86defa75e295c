import { PageSkeleton } from '../../ui/index.ts';

export function WelcomePage() {
  return <PageSkeleton />;
}
