import { useLingui } from '@lingui/react/macro';
import type { DownloadFailureCode, DownloadState } from '@rendermart/contract';

/** How far a model is on its way, in words. */
export function useStateNames(): Record<DownloadState, string> {
  const { t } = useLingui();
  return {
    queued: t({ message: 'Waiting', context: 'state of a model download' }),
    running: t({ message: 'On its way', context: 'state of a model download' }),
    succeeded: t({ message: 'Added', context: 'state of a model download' }),
    failed: t({ message: 'Failed', context: 'state of a model download' }),
    cancelled: t({ message: 'Stopped', context: 'state of a model download' }),
    removing: t({ message: 'Being removed', context: 'state of a model download' }),
  };
}

/** Why a model did not arrive, and what to do. */
export function useDownloadFailures(): Record<DownloadFailureCode, string> {
  const { t } = useLingui();
  return {
    hub_unavailable: t`The connection to the hub broke off. What has arrived is kept. Go on when the hub answers again.`,
    address_not_allowed: t`The hub led to an address that models may not come from. Nothing was fetched from there.`,
    checksum_mismatch: t`A file was not what its source had promised, even at a second try. It was deleted. Try again, and if it stays so, do not use this model.`,
    disk_full: t`The disk is full. What has arrived is kept. Free some space, then go on.`,
    disk_unwritable: t`The folder for added models cannot be used. Check its permissions, then go on.`,
    model_unsupported: t`Everything arrived, but it is no model that can be drawn with here. Remove it, or go on after an update of RenderMart.`,
    folder_changed: t`The folder changed while it was copied. Remove this import and begin again.`,
  };
}
