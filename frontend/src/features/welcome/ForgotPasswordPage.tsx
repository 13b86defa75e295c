import { PageSkeleton } from '../../ui/index.ts';

export function ForgotPasswordPage() {
  return <PageSkeleton />;
}
