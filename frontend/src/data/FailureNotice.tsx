import { ErrorNotice } from '../ui/index.ts';
import { isFailure } from './client.ts';
import { useFailureText } from './failure-texts.ts';

/** Any failure in the reader's language, with the request id where an administrator can use it. */
export function FailureNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const textOf = useFailureText();
  const showId = isFailure(error, 'internal', 'unavailable', 'storage_full');
  return (
    <ErrorNotice requestId={showId ? error.requestId : undefined} onRetry={onRetry}>
      {textOf(error)}
    </ErrorNotice>
  );
}
