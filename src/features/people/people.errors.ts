import { Fault } from '../../platform/faults/index.js';

/** One answer for "no such handle", "wrong password" and "wrong code" (R36). */
export const wrongCredentials = () => new Fault('invalid_credentials', 'Handle and password (or code) do not go together.');
export const suspended = () => new Fault('suspended', 'This account is suspended.');
export const sessionEnded = () => new Fault('session_ended', 'This session has ended; sign in again.');
export const handleTaken = () => new Fault('handle_taken', 'This handle is taken.');
export const registrationClosed = () => new Fault('registration_closed', 'This server takes no new accounts.');
export const inviteNeeded = () =>
  new Fault('registration_closed', 'This server takes sign-ups by invitation: send an invite_code that is good.');
export const reauthRequired = () =>
  new Fault('reauth_required', 'Check the password with POST /v1/sessions/reauth first; that holds for 5 minutes.');
export const noSuchExport = () => new Fault('not_found', 'No such export.');
export const noSuchDevice = () => new Fault('not_found', 'No such device.');

export const tooYoung = (minAge: number) =>
  new Fault('validation_failed', 'The age is below the minimum of this server.', {
    errors: [{ pointer: '/birth_date', code: 'too_young', message: `People here are at least ${minAge} years old.` }],
  });

export const handleAsPassword = (pointer: string) =>
  new Fault('validation_failed', 'The handle is the first password that is guessed.', {
    errors: [{ pointer, code: 'too_common', message: 'must not be the handle' }],
  });

/** Lists the devices, so that the person can choose one to replace. Said only to whom has shown the password. */
export const deviceLimit = (max: number, devices: readonly { id: string; name: string; created_at: string }[]) =>
  new Fault('device_limit', `There are ${max} devices already; name one in replace_device_id.`, { members: { devices } });
