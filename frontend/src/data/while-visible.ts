// A glance at another tab is not worth a new connection.
const leftAfterMs = 10_000;

/**
 * Runs `act` while the page is looked at, and ends it some seconds after the page was hidden. `hasBeenHidden` says that the
 * page was not looked at before. Returns how to end all of it.
 */
export function whileVisible(act: (hasBeenHidden: boolean) => () => void): () => void {
  let end: (() => void) | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let hasBeenHidden = false;
  const leave = () => {
    clearTimeout(leaving);
    end?.();
    end = undefined;
  };
  const look = () => {
    clearTimeout(leaving);
    if (document.visibilityState === 'hidden') {
      hasBeenHidden = true;
      leaving = setTimeout(leave, leftAfterMs);
    } else end ??= act(hasBeenHidden);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    leave();
  };
}
