import { Fault } from '../../platform/faults/index.js';

/** Every way in which this feature refuses, in words for a person. */
export const SnapErrors = {
  notFound: () => new Fault('not_found', 'There is nothing here for you.'),
  expired: () => new Fault('snap_expired', 'This snap is past its deadline.'),
  erased: () => new Fault('snap_erased', 'This snap was erased.'),
  lost: () => new Fault('snap_lost', 'This snap was lost on the server.'),
  alreadyOpened: () => new Fault('snap_already_opened', 'This snap was opened already.'),
  senderGone: () => new Fault('session_ended', 'This account can send nothing any more.'),
  uploadUsed: () => new Fault('upload_used', 'This upload was sent already; a new snap needs a new upload.'),
  uploadExpired: () => new Fault('upload_expired', 'This upload is past its time.'),
  uploadRejected: () => new Fault('unsupported_media', 'This upload was refused; GET it to see why.'),
  recipientsUnavailable: (pointers: readonly string[]) =>
    new Fault('recipient_unavailable', 'Nothing was sent: some of the people named cannot be reached.', {
      errors: pointers.map((pointer) => ({ pointer, code: 'recipient_unavailable', message: 'cannot be reached' })),
    }),
};
