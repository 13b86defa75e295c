import { useLingui } from '@lingui/react/macro';
import { SlidersHorizontal } from 'lucide-react';
import { Badge } from './Badge.tsx';
import { Button } from './Button.tsx';

/** Opens the dialog with all filters, and tells how many are set. */
export function FilterButton({
  count,
  onOpen,
  onPointerEnter,
}: {
  count: number;
  onOpen: () => void;
  onPointerEnter?: () => void;
}) {
  const { t } = useLingui();
  return (
    <Button
      icon={<SlidersHorizontal aria-hidden className="size-[18px]" />}
      aria-haspopup="dialog"
      onPointerEnter={onPointerEnter}
      onClick={onOpen}
    >
      {t`Filters`}
      {count > 0 && <Badge tone="accent">{count}</Badge>}
    </Button>
  );
}
