import { CSPProvider } from '@base-ui/react/csp-provider';
import { Outlet, useMatches } from '@tanstack/react-router';
import { Toasts, TooltipLayer } from '../ui/index.ts';
import { Shell } from './Shell.tsx';

/** Around every page. Base UI may write no style element of its own: the content security policy forbids it. */
export function Root() {
  const isBare = useMatches({ select: (matches) => matches.some((match) => match.staticData.frame === 'bare') });
  return (
    <CSPProvider disableStyleElements>
      {isBare ? (
        <Outlet />
      ) : (
        <Shell>
          <Outlet />
        </Shell>
      )}
      <Toasts />
      <TooltipLayer />
    </CSPProvider>
  );
}
