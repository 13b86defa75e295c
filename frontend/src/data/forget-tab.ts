const ownerKey = 'tab-owner';

/**
 * What a tab remembers is one person's. Another one who comes finds nothing, also when a session ended or a page was loaded
 * between the two; the same person finds it again.
 */
export function claimTab(accountId: string): void {
  try {
    const owner = sessionStorage.getItem(ownerKey);
    if (owner !== null && owner !== accountId) sessionStorage.clear();
    sessionStorage.setItem(ownerKey, accountId);
  } catch {
    /* storage is refused: there is nothing in it */
  }
}

/** Forgets what the tab remembers across loads, such as the draft of the studio. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    /* storage is refused: there is nothing in it */
  }
}
