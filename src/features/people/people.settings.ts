/** The numbers of accounts and sessions. */
export const MAX_DEVICES = 5;
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 256;
/** R40: at most 15 minutes. */
export const ACCESS_TOKEN_SECONDS = 900;
/** How long a password check opens the sensitive calls. */
export const REAUTH_SECONDS = 300;
/** A session that was not refreshed for so long ends by itself. */
export const IDLE_SESSION_DAYS = 90;
export const MAX_NAME = 50;
