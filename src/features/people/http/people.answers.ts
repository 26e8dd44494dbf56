import type { z } from 'zod';
import type { DeviceEntity } from '../device.entity.js';
import { ACCESS_TOKEN_SECONDS } from '../people.settings.js';
import type { PersonBrief, Session, TokenPair } from '../session.js';
import type { PersonEntity } from '../person.entity.js';
import type { devicesAnswer, meAnswer, newSessionAnswer, sessionAnswer, tokensAnswer, userAnswer } from './people.dto.js';

/** Answers name each field they give, so that a new column reaches nobody by itself (R46). */

export function answerUser({ id, handle, displayName }: PersonBrief): z.infer<typeof userAnswer> {
  return { id, handle, display_name: displayName };
}

export function answerMe(person: PersonEntity): z.infer<typeof meAnswer> {
  const { createdAt, openedReceipts, viewTime } = person;
  return { ...answerUser(person), created_at: createdAt.toISOString(), opened_receipts: openedReceipts, view_time: viewTime };
}

export function answerTokens({ accessToken, refreshToken }: TokenPair): z.infer<typeof tokensAnswer> {
  return { access_token: accessToken, refresh_token: refreshToken, expires_in_seconds: ACCESS_TOKEN_SECONDS };
}

export function answerSession(session: Session): z.infer<typeof sessionAnswer> {
  return { user: answerUser(session.person), device: { id: session.device.id, name: session.device.name }, ...answerTokens(session) };
}

export function answerNewSession({ session, recoveryCode }: { session: Session; recoveryCode: string }): z.infer<typeof newSessionAnswer> {
  return { ...answerSession(session), recovery_code: recoveryCode };
}

export function answerDevices(devices: readonly DeviceEntity[], currentId: string): z.infer<typeof devicesAnswer> {
  return {
    items: devices.map(({ id, name, createdAt }) => ({ id, name, created_at: createdAt.toISOString(), current: id === currentId })),
    next_cursor: null,
  };
}
