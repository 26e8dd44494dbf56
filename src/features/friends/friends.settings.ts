export const MAX_FRIENDS = 1000;
