/** Works on a download for a while; queues itself again until it has ended. */
export const runTask = 'downloads.run';
/** Deletes the files of a model that was removed. */
export const removeTask = 'downloads.remove';
