/** Members and invited together. */
export const MAX_GROUP_SIZE = 100;
/** Groups one person is in; invitations wait without a number. */
export const MAX_GROUPS = 200;
