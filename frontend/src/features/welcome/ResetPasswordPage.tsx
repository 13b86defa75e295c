import { PageSkeleton } from '../../ui/index.ts';

export function ResetPasswordPage() {
  return <PageSkeleton />;
}
