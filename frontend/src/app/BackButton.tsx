import { useLingui } from '@lingui/react/macro';
import { useCanGoBack, useRouter } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { IconButton } from '../ui/index.ts';

/** Leads back over a large picture; nothing when there is no page to go back to. */
export function BackButton() {
  const { t } = useLingui();
  const router = useRouter();
  const canGoBack = useCanGoBack();
  if (!canGoBack) return null;
  return (
    <IconButton
      onPicture
      className="absolute top-3 left-3 z-10"
      label={t`Back`}
      icon={<ArrowLeft aria-hidden />}
      onClick={() => router.history.back()}
    />
  );
}
