/** Members and invited together. */
export const MAX_GROUP_SIZE = 100;
/** Groups one person is in, or invited to. */
export const MAX_GROUPS = 200;
