import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { Limiter } from '../../platform/limits/index.js';
import { AccessTokens } from './access-tokens.js';
import { DevicesRepository } from './devices.repository.js';
import { deviceLimit, sessionEnded, suspended, wrongCredentials } from './people.errors.js';
import { MAX_DEVICES } from './people.settings.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionEndings } from './session-endings.js';
import type { PersonBrief, Session, TokenPair } from './session.js';

/**
 * Sessions: a row of `devices` each, with the highest generation of refresh token that was used. A person has at most five;
 * the person's row is locked while one is opened, so that two logins cannot both take the last place.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly devices: DevicesRepository,
    private readonly endings: SessionEndings,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly ids: Ids,
    private readonly limiter: Limiter,
  ) {}

  /**
   * Opens a session for a person whose row the transaction has locked.
   * @param replaceDeviceId ends that one of the person's own first; one that ended already is no fault
   * @throws Fault `device_limit` with the list of devices
   */
  async open(tx: Transaction, personId: string, { name, replaceDeviceId }: { name: string; replaceDeviceId?: string }): Promise<string> {
    if (replaceDeviceId) await this.endings.end(tx, 'd.person_id = $1 AND d.id = $2', [personId, replaceDeviceId]);
    const alive = await this.devices.alive(personId, tx);
    if (alive.length >= MAX_DEVICES) {
      throw deviceLimit(
        MAX_DEVICES,
        alive.map((device) => ({ id: device.id, name: device.name, created_at: device.createdAt.toISOString() })),
      );
    }
    const id = this.ids.lasting();
    await this.devices.insert(tx, { id, personId, name });
    return id;
  }

  /** The session of a living device, with tokens that are good now. @throws Fault `session_ended` */
  async resume(person: PersonBrief, deviceId: string): Promise<Session> {
    const device = await this.devices.findAlive(deviceId);
    if (!device || device.personId !== person.id) throw sessionEnded();
    return { person, device: { id: device.id, name: device.name }, ...this.#tokens(person.id, device.id, device.refreshGeneration + 1) };
  }

  /** @throws Fault `invalid_credentials`, `session_ended` (also for a token whose successor was used: the session ends), `suspended`, `rate_limited` */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const claims = this.refreshTokens.read(refreshToken);
    if (!claims) throw wrongCredentials();
    const { deviceId, generation } = claims;
    // By device, not by address: behind one address there may be a whole town of phones.
    await this.limiter.consume('refresh', `device:${deviceId}`);
    const personId = await this.devices.rotate(deviceId, generation);
    if (personId) return this.#tokens(personId, deviceId, generation + 1);
    if (await this.devices.isSuspended(deviceId)) throw suspended();
    // Somebody holds a token that was replaced and left behind, or (after a restore) one from the future: R39.
    await this.database.transaction((tx) =>
      this.endings.end(tx, 'd.id = $1 AND d.refresh_generation NOT IN ($2, $2 - 1)', [deviceId, generation]),
    );
    throw sessionEnded();
  }

  async end(personId: string, deviceId: string): Promise<boolean> {
    const ended = await this.database.transaction((tx) => this.endings.end(tx, 'd.person_id = $1 AND d.id = $2', [personId, deviceId]));
    return ended.length > 0;
  }

  #tokens(personId: string, deviceId: string, generation: number): TokenPair {
    return {
      accessToken: this.accessTokens.issue({ personId, deviceId }),
      refreshToken: this.refreshTokens.make({ deviceId, generation }),
    };
  }
}
