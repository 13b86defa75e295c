import { useLingui } from '@lingui/react/macro';
import { Button, Dialog } from '../../ui/index.ts';
import { SettingsPanel } from './SettingsPanel.tsx';
import type { Studio } from './use-studio.ts';

/** The settings where there is no room beside the pictures. */
export function SettingsSheet({ studio, lastSeed, onClose }: { studio: Studio; lastSeed: number | null; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog
      open
      shape="sheet"
      title={t`Settings`}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      actions={<Button tone="primary" className="w-full" onClick={onClose}>{t`Done`}</Button>}
    >
      <SettingsPanel studio={studio} lastSeed={lastSeed} />
    </Dialog>
  );
}
