import { Trans, useLingui } from '@lingui/react/macro';
import { TriangleAlert } from 'lucide-react';

/**
 * Why no model can be fetched or imported on this installation, and what its operator does about it.
 * @param folder for added models, which cannot be written; null where there is none
 */
export function AddingOff({ folder }: { folder: string | null }) {
  const { t } = useLingui();
  const place = <code className="font-mono text-sm break-all">{folder}</code>;
  const setting = <code className="font-mono text-sm break-all">ADDED_MODELS_DIR</code>;
  const component = <code className="font-mono text-sm break-all">models</code>;
  return (
    <div role="note" className="flex gap-3 rounded-2xl bg-warn-wash p-4 text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="grid min-w-0 flex-1 gap-1">
        <strong className="font-semibold">{t`Fetching and importing models is off here.`}</strong>
        <p>
          {folder === null ? (
            <Trans>This installation has no folder for added models that the API and the workers share.</Trans>
          ) : (
            <Trans>The folder for added models, {place}, cannot be written.</Trans>
          )}{' '}
          <Trans>
            Give the API and the workers one volume that they share, and name its folder in {setting}; on Kubernetes the component{' '}
            {component} does both. Then load this page again.
          </Trans>
        </p>
        <p>{t`Models that are here already can still be used, and models of other engines can still be added.`}</p>
      </div>
    </div>
  );
}
