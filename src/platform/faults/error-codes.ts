/**
 * Every error code of the public contract. docs/errors.md is generated from this table, `http/problem.filter.ts` answers
 * from it, and a test compares it with openapi.json both ways.
 */
export const errorCodes = {
  bad_request: { status: 400, title: 'The request cannot be read', retry: 'no: mend the request' },
  idempotency_key_required: { status: 400, title: 'An Idempotency-Key header is needed', retry: 'with a key' },
  invalid_credentials: { status: 401, title: 'The credentials are wrong', retry: 'no: ask the person' },
  token_expired: { status: 401, title: 'The access token is past its time', retry: 'after a refresh' },
  session_ended: { status: 401, title: 'The session has ended', retry: 'no: sign in again' },
  reauth_required: { status: 403, title: 'A fresh password check is needed', retry: 'after POST /v1/sessions/reauth' },
  suspended: { status: 403, title: 'The account is suspended', retry: 'no' },
  registration_closed: { status: 403, title: 'This server takes no sign-ups', retry: 'no' },
  forbidden: { status: 403, title: 'The role of this admin does not reach so far', retry: 'no' },
  not_found: { status: 404, title: 'Not found', retry: 'no' },
  handle_taken: { status: 409, title: 'The handle is taken', retry: 'with another handle' },
  device_limit: { status: 409, title: 'Too many devices', retry: 'with replace_device_id' },
  upload_incomplete: { status: 409, title: "The upload's bytes are not there", retry: 'after the PUT' },
  upload_used: { status: 409, title: 'The upload was sent already', retry: 'no: make a new upload' },
  in_flight: { status: 409, title: 'The same request is still running', retry: 'yes, a little later' },
  snap_expired: { status: 410, title: 'The snap is past its deadline', retry: 'no' },
  snap_erased: { status: 410, title: 'The snap was erased', retry: 'no' },
  snap_already_opened: { status: 410, title: 'The snap was opened already', retry: 'no' },
  snap_lost: { status: 410, title: 'The snap was lost', retry: 'no' },
  upload_expired: { status: 410, title: 'The upload is past its time', retry: 'no: make a new upload' },
  too_large: { status: 413, title: 'Too large', retry: 'no: send less' },
  unsupported_media: { status: 415, title: 'This kind of file is not taken', retry: 'no' },
  bad_encryption: { status: 415, title: 'The encryption does not fit', retry: 'no' },
  validation_failed: { status: 422, title: 'The request has faults', retry: 'no: mend the request' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request', retry: 'with a new key' },
  recipient_unavailable: { status: 422, title: 'A recipient cannot be reached', retry: 'without that recipient' },
  ttl_out_of_range: { status: 422, title: 'The lifetime is out of range', retry: 'with another ttl_seconds' },
  rate_limited: { status: 429, title: 'Too many requests', retry: 'after Retry-After' },
  quota_exceeded: { status: 429, title: 'A quota is used up', retry: 'after Retry-After' },
  internal: { status: 500, title: 'Something went wrong here', retry: 'yes, with the same Idempotency-Key' },
  storage_low: { status: 503, title: 'The server is low on storage', retry: 'after Retry-After' },
  unavailable: { status: 503, title: 'A part of the service is away', retry: 'after Retry-After' },
} as const satisfies Record<string, { status: number; title: string; retry: string }>;

export type ErrorCode = keyof typeof errorCodes;
