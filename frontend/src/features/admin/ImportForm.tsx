import { Trans, useLingui } from '@lingui/react/macro';
import type { DownloadList } from '@rendermart/contract';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { Select } from '../../ui/index.ts';
import { NewModelForm } from './NewModelForm.tsx';

const idOf = (folder: string) =>
  folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, 63);

/** Imports one of the folders that an operator put ready on the server. */
export function ImportForm({ list: { importable, importFolder }, onBegun }: { list: DownloadList; onBegun: () => void }) {
  const { t } = useLingui();
  const [folder, setFolder] = useState(importable[0] ?? '');
  const place = <code className="font-mono text-sm break-all">{importFolder}</code>;
  if (importable.length === 0)
    return (
      <p className="text-muted">
        <Trans>There is no folder to import. Put the model's folder into {place} on the server, then open this again.</Trans>
      </p>
    );
  return (
    <div className="grid gap-5">
      <Select
        label={t`Folder`}
        value={folder}
        choices={importable.map((name) => ({ value: name, label: name }))}
        onChange={setFolder}
      />
      <p className="text-sm text-muted">
        <Trans>It is copied from {place}; the original stays where it is. See to it that its licence allows the use.</Trans>
      </p>
      <NewModelForm
        key={folder}
        start={{ modelId: idOf(folder), name: folder }}
        action={t`Import`}
        begin={(model) => client.adminImportCreate({ body: { ...model, folder } })}
        onBegun={onBegun}
      />
    </div>
  );
}
