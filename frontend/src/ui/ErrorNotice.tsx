import { useLingui } from '@lingui/react/macro';
import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

export interface ErrorNoticeProps {
  children: ReactNode;
  /** For the administrator to find it in the log. */
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
}

/** What went wrong, what it means, what to do; read out as soon as it appears. */
export function ErrorNotice({ children, requestId, onRetry }: ErrorNoticeProps) {
  const { t } = useLingui();
  return (
    <div role="alert" className="flex gap-3 rounded-2xl border border-danger/30 bg-danger-wash p-4 text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="grid min-w-0 flex-1 gap-1">
        <div className="text-[15px]/6">{children}</div>
        {requestId && (
          <p className="text-sm opacity-90">
            {t`Request id`} <code className="font-mono text-xs break-all">{requestId}</code>
          </p>
        )}
        {onRetry && (
          <Button
            size="small"
            icon={<RotateCw aria-hidden className="size-4" />}
            onClick={onRetry}
            className="mt-2 justify-self-start"
          >{t`Try again`}</Button>
        )}
      </div>
    </div>
  );
}
