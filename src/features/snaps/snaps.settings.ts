/** People named and members of groups, each counted once, of one send; a story reaches its own audience beside them. */
export const MAX_RECIPIENTS = 100;
/** Parts of an album. */
export const MAX_ALBUM = 10;
