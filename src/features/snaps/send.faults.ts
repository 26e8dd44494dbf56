import type { SendRow } from './send.statement.js';
import { MAX_RECIPIENTS } from './snaps.settings.js';
import { SnapErrors } from './snaps.errors.js';

/** What a refusal points at. */
export interface NamedInSend {
  readonly uploadIds: readonly string[];
  readonly isAlbum: boolean;
  readonly userIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** A send's verdict in words, with a pointer to everything at fault. */
export function refuseSend(row: SendRow, { isAlbum, userIds, groupIds }: NamedInSend): never {
  const uploads = (row.faulty ?? []).map((index) => (isAlbum ? `/upload_ids/${index}` : '/upload_id'));
  const named = (ids: readonly string[], at: string) =>
    ids.flatMap((id, index) => (row.unavailable?.includes(id) ? [`${at}/${index}`] : []));
  switch (row.verdict) {
    case 'upload_not_found':
      throw SnapErrors.notFound();
    case 'upload_used':
      throw SnapErrors.uploadUsed(uploads);
    case 'upload_expired':
      throw SnapErrors.uploadExpired(uploads);
    case 'upload_rejected':
      throw SnapErrors.uploadRejected(uploads);
    case 'recipient_unavailable':
      throw SnapErrors.recipientsUnavailable(named(userIds, '/to/user_ids'));
    case 'group_unavailable':
      throw SnapErrors.recipientsUnavailable(named(groupIds, '/to/group_ids'));
    case 'too_many_recipients':
      throw SnapErrors.tooManyRecipients(MAX_RECIPIENTS);
    case 'reply_unavailable':
      throw SnapErrors.noReply();
    case 'session_ended':
      throw SnapErrors.senderGone();
    case 'suspended':
      throw SnapErrors.senderSuspended();
    case 'accepted':
    case 'replayed':
    case 'label_moved':
    case 'upload_pending':
      throw new Error(`a send came out as ${row.verdict}`);
  }
}
