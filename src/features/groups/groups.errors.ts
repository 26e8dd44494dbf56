import { Fault } from '../../platform/faults/index.js';
import { MAX_GROUP_SIZE, MAX_GROUPS } from './groups.settings.js';

const HOUR_SECONDS = 3600;

export const noSuchGroup = () => new Fault('not_found', 'No such group.');
export const noSuchMember = () => new Fault('not_found', 'No such member.');
export const tooManyMembers = () =>
  new Fault('quota_exceeded', `A group has at most ${MAX_GROUP_SIZE} people, those invited included.`, { retryAfterSeconds: HOUR_SECONDS });
export const tooManyGroups = () =>
  new Fault('quota_exceeded', `You are in ${MAX_GROUPS} groups, which is the most there can be.`, { retryAfterSeconds: HOUR_SECONDS });
/** @param pointers to everybody named who is no friend of the one who invites */
export const notFriends = (pointers: readonly string[]) =>
  new Fault('recipient_unavailable', 'Nobody was invited: some of the people named are no friends of yours.', {
    errors: pointers.map((pointer) => ({ pointer, code: 'recipient_unavailable', message: 'cannot be reached' })),
  });
