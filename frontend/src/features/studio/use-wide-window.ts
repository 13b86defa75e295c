import { useSyncExternalStore } from 'react';

const wide = window.matchMedia('(min-width: 64rem)');
const subscribe = (listener: () => void) => {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
};

/** Is there room for the settings beside the pictures? */
export const useWideWindow = (): boolean => useSyncExternalStore(subscribe, () => wide.matches);
