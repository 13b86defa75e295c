import { useLingui } from '@lingui/react/macro';
import type { DownloadList } from '@rendermart/contract';
import { useState } from 'react';
import { Dialog, Tabs } from '../../ui/index.ts';
import { HubForm } from './HubForm.tsx';
import { ImportForm } from './ImportForm.tsx';

/** Brings a model in: from the hub, or from a folder that stands on the server. */
export function FetchModelDialog({
  open,
  onOpenChange,
  list,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  list: DownloadList;
}) {
  const { t } = useLingui();
  const [tab, setTab] = useState<'hub' | 'folder'>('hub');
  const close = () => onOpenChange(false);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t`Fetch a model`}
      description={t`Stable Diffusion and its kin, exported to ONNX. Nothing is downloaded before you agree.`}
    >
      <Tabs
        label={t`Where it comes from`}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'hub', label: t`From the hub`, panel: <HubForm hub={list.hub} onBegun={close} /> },
          { value: 'folder', label: t`From a folder`, panel: <ImportForm list={list} onBegun={close} /> },
        ]}
      />
    </Dialog>
  );
}
