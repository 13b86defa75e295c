import { PageSkeleton } from '../../ui/index.ts';

export function SignInPage() {
  return <PageSkeleton />;
}
