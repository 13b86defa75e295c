/** Forgets what the tab remembers across loads, such as the draft of the studio. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    /* storage is refused: there is nothing in it */
  }
}
