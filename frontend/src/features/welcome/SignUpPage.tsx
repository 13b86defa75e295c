import { PageSkeleton } from '../../ui/index.ts';

export function SignUpPage() {
  return <PageSkeleton />;
}
