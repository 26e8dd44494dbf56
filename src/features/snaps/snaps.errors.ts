import { Fault, type FaultExtra } from '../../platform/faults/index.js';

/** Every way in which this feature refuses, in words for a person. */
export const SnapErrors = {
  notFound: () => new Fault('not_found', 'There is nothing here for you.'),
  expired: () => new Fault('snap_expired', 'This snap is past its deadline.'),
  erased: () => new Fault('snap_erased', 'This snap was erased.'),
  lost: () => new Fault('snap_lost', 'This snap was lost on the server.'),
  alreadyOpened: () => new Fault('snap_already_opened', 'This snap was opened already.'),
  senderGone: () => new Fault('session_ended', 'This account can send nothing any more.'),
  senderSuspended: () => new Fault('suspended', 'This account is suspended and can send nothing.'),
  uploadUsed: (pointers: readonly string[]) =>
    new Fault(
      'upload_used',
      'This upload was sent already; a new snap needs a new upload.',
      at(pointers, 'upload_used', 'was sent already'),
    ),
  uploadExpired: (pointers: readonly string[] = []) =>
    new Fault('upload_expired', 'This upload is past its time.', at(pointers, 'upload_expired', 'is past its time')),
  uploadRejected: (pointers: readonly string[]) =>
    new Fault('unsupported_media', 'This upload was refused; GET it to see why.', at(pointers, 'unsupported_media', 'was refused')),
  recipientsUnavailable: (pointers: readonly string[]) =>
    new Fault(
      'recipient_unavailable',
      'Nothing was sent: some of the people or groups named cannot be reached.',
      at(pointers, 'recipient_unavailable', 'cannot be reached'),
    ),
  tooManyRecipients: (most: number) =>
    new Fault(
      'validation_failed',
      `People named and members of groups are more than ${most} together; nothing was sent.`,
      at(['/to'], 'too_big', `must reach at most ${most} people, each counted once`),
    ),
  /** The same whether what it answers is somebody else's, gone, or never was. */
  noReply: () =>
    new Fault(
      'validation_failed',
      'An answer goes to the author of what it answers, of something that you were sent and that has not gone.',
      at(['/in_reply_to'], 'no_reply', 'must be of the one person that this is sent to'),
    ),
};

function at(pointers: readonly string[], code: string, message: string): FaultExtra {
  return pointers.length === 0 ? {} : { errors: pointers.map((pointer) => ({ pointer, code, message })) };
}
