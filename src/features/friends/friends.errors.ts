import { Fault } from '../../platform/faults/index.js';
import { MAX_FRIENDS } from './friends.settings.js';

export const noSuchPerson = () => new Fault('not_found', 'No such person.');
export const notFriends = (pointers: readonly string[]) =>
  new Fault('recipient_unavailable', 'Nothing was changed: some of the people named are no friends of yours.', {
    errors: pointers.map((pointer) => ({ pointer, code: 'recipient_unavailable', message: 'is no friend of yours' })),
  });
export const noSuchRequest = () => new Fault('not_found', 'No such request.');
export const noSuchFriend = () => new Fault('not_found', 'No such friend.');
export const noSuchCode = () => new Fault('not_found', 'No such code.');
export const toYourself = (pointer: string) =>
  new Fault('validation_failed', 'A request to yourself leads nowhere.', {
    errors: [{ pointer, code: 'yourself', message: 'is your own' }],
  });
export const tooManyFriends = () =>
  new Fault('quota_exceeded', `You have ${MAX_FRIENDS} friends, which is the most there can be.`, { retryAfterSeconds: 3600 });
export const otherHasTooMany = () => new Fault('recipient_unavailable', 'This person can take no more friends.');
