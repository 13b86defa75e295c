import { PageSkeleton } from '../../ui/index.ts';

export function AccountPage() {
  return <PageSkeleton />;
}
