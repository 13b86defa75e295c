// Apart from the schemas, so that a page that uses it does not carry those to its readers.

/** What is kept as the name of somebody who closed their account; the page says it in the reader's language. */
export const closedAccountName = 'Closed account';

/** Characters of a new password. */
export const passwordMinLength = 10;
