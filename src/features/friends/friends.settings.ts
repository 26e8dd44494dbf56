export const MAX_FRIENDS = 1000;
export const CODE_SECONDS = 600;
export const MAX_CODE_USES = 10;
export const MAX_LIVING_CODES = 5;
/** Whose Idempotency-Keys requests by handle and by code are. */
export const REQUEST_ROUTE = 'POST /v1/friend-requests';
