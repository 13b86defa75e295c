import { useLingui } from '@lingui/react/macro';
import { Button, Dialog } from '../../ui/index.ts';
import { SettingsPanel } from './SettingsPanel.tsx';
import type { SettingsPanelProps } from './SettingsPanel.tsx';

/** The settings where there is no room beside the pictures. */
export function SettingsSheet({ onClose, ...panel }: SettingsPanelProps & { onClose: () => void }) {
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
      <SettingsPanel {...panel} />
    </Dialog>
  );
}
