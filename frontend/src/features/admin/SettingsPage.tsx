import { PageSkeleton } from '../../ui/index.ts';

export function SettingsPage() {
  return <PageSkeleton />;
}
