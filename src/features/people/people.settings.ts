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
/** A deleted account's rows go once its last access token has run out. */
export const PURGE_AFTER_SECONDS = ACCESS_TOKEN_SECONDS + 60;
/** For how long nobody may take a deleted account's handle. */
export const QUARANTINE_DAYS = 30;
export const EXPORT_SECONDS = 86_400;
/** Whose idempotency keys those of a sign-up are: a handle's, as there is no person yet. */
export const SIGN_UP_SCOPE = 'handle';
/** How long an operator's one-time code for a new password is good. */
export const RESET_SECONDS = 86_400;
export const MAX_NAME = 50;
