import { Injectable } from '@nestjs/common';
import { hmac, MasterKeys } from '../../platform/crypto/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { Ids, makeReadableCode, Random, readableForm } from '../../platform/ids/index.js';
import { Limiter } from '../../platform/limits/index.js';
import { Befriending } from './befriending.js';
import { noSuchCode, toYourself } from './friends.errors.js';
import { FriendCodesRepository, type FriendCode } from './friend-codes.repository.js';
import { REQUEST_ROUTE } from './friends.settings.js';

const LETTERS = 16; // 80 bits, for ten minutes and five tries

export interface Redeemed {
  readonly id: string;
  readonly ownerId: string;
}

/**
 * Codes: a QR held up makes friends at once, a shared link asks; up to ten uses in ten minutes. Only a MAC is kept. Wrong
 * codes are counted, five in ten minutes a person, and without the counter nobody may try (R37); a right one costs nothing.
 */
@Injectable()
export class FriendCodesService {
  readonly #key: Buffer;

  constructor(
    private readonly codes: FriendCodesRepository,
    private readonly befriending: Befriending,
    private readonly idempotency: Idempotency,
    private readonly limiter: Limiter,
    private readonly random: Random,
    private readonly ids: Ids,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('friend code v1');
  }

  async create(personId: string, options: { uses: number; ask: boolean }): Promise<{ code: string; expiresAt: Date }> {
    const code = makeReadableCode(this.random, LETTERS);
    return { code, expiresAt: await this.codes.insert(this.#macOf(code), personId, options) };
  }

  /** Whose it is, without using it. @throws Fault `not_found`, `rate_limited`, `unavailable` */
  async preview(personId: string, code: string): Promise<FriendCode> {
    await this.#try(personId);
    const found = await this.codes.find(this.#macOf(code), personId);
    if (!found?.isGood) throw noSuchCode();
    await this.#wasRight(personId);
    return found;
  }

  /**
   * Uses a code: a friend at once, or a request where the code says so. Friends already use up nothing.
   * @throws Fault `not_found` (unknown, past its time, used up, or of somebody who blocks this person), `validation_failed` (one's own), `quota_exceeded`, `recipient_unavailable`
   */
  async redeem(personId: string, code: string, key: string): Promise<Redeemed> {
    await this.#try(personId);
    const mac = this.#macOf(code);
    const found = await this.codes.find(mac, personId);
    if (!found) throw noSuchCode();
    const { personId: ownerId, ask, isGood } = found;
    const isOwn = ownerId === personId;
    // Known, so nothing was guessed at, whatever else may stand in its way.
    if (isGood || isOwn) await this.#wasRight(personId);
    if (isOwn) throw toYourself('/code');
    const macs = this.idempotency.mac(personId, REQUEST_ROUTE, key, { code: mac.toString('base64url') });
    if (ask && isGood && !(await this.idempotency.find(macs))) await this.limiter.consume('friend_request', `person:${personId}`);
    const { id } = await this.idempotency.once(
      macs,
      () => 0, // lasting: the record lives its least time
      async (tx) => {
        await this.befriending.lock(tx, personId, ownerId);
        const fresh = this.ids.lasting();
        if (await this.befriending.areFriends(tx, personId, ownerId)) return fresh;
        if (!(await this.codes.use(tx, mac))) throw noSuchCode();
        if (ask) return this.befriending.ask(tx, personId, ownerId);
        await this.befriending.befriend(tx, personId, ownerId, fresh);
        return fresh;
      },
    );
    // Past its time by now: a repetition of what it was good for, or of somebody who is a friend already.
    if (!isGood) await this.#wasRight(personId);
    return { id, ownerId };
  }

  #try(personId: string): Promise<void> {
    return this.limiter.consume('friend_code_try', `person:${personId}`);
  }

  #wasRight(personId: string): Promise<void> {
    return this.limiter.giveBack('friend_code_try', `person:${personId}`);
  }

  #macOf(code: string): Buffer {
    return hmac(this.#key, readableForm(code));
  }
}
