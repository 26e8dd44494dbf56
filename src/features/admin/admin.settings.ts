export const adminRoles = ['support', 'moderator', 'operator'] as const;
export type AdminRole = (typeof adminRoles)[number];

export const SESSION_HOURS = 8;
export const IDLE_MINUTES = 30;
/** Letters of a password made by the command line: 125 bits. */
export const PASSWORD_LETTERS = 25;
export const TOTP = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
