import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { hmac, MasterKeys, sameBytes } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { noSuchExport } from './people.errors.js';
import { EXPORT_SECONDS } from './people.settings.js';
import { PersonalData, type PersonalPart } from './personal-data.js';

export interface ExportLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: Date;
}

export interface HeldPart extends Pick<PersonalPart, 'name' | 'what' | 'until'> {
  readonly rows: number;
}

/**
 * Everything held about a person, as JSON. A link (table `exports`, one a person, 24 h, no longer than the session that asked)
 * is what is made; the file is put together when it is fetched, part by part, and stored nowhere: so it can hold nothing that
 * was erased or ran out in between (R31), and there is no copy to forget.
 */
@Injectable()
export class ExportsService {
  readonly #key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly data: PersonalData,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly config: Config,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('export link v1');
  }

  /** A fresh link; the one before is dead. */
  async create(personId: string, deviceId: string): Promise<ExportLink> {
    const [row] = await this.database.query<{ id: string; expires_at: Date }>(
      `INSERT INTO exports (id, person_id, device_id, expires_at) VALUES ($1, $2, $3, flits_now() + make_interval(secs => $4))
       ON CONFLICT ON CONSTRAINT ux_exports_person DO UPDATE SET id = excluded.id, device_id = excluded.device_id, expires_at = excluded.expires_at
       RETURNING id, expires_at`,
      [this.ids.lasting(), personId, deviceId, EXPORT_SECONDS],
    );
    if (!row) throw noSuchExport();
    return this.#link(row);
  }

  /** @throws Fault `not_found` where there is none, or no longer */
  async current(personId: string): Promise<ExportLink> {
    const [row] = await this.database.query<{ id: string; expires_at: Date }>(
      `SELECT e.id, e.expires_at FROM exports e JOIN devices d ON d.id = e.device_id AND d.ended_at IS NULL
       WHERE e.person_id = $1 AND e.expires_at > flits_now()`,
      [personId],
    );
    if (!row) throw noSuchExport();
    return this.#link(row);
  }

  /** What a link leads to. @throws Fault `not_found` for anything that is not a living link */
  async open(token: string): Promise<Record<string, unknown>> {
    const [row] = await this.database.query<{ person_id: string }>(
      `SELECT e.person_id FROM exports e
       JOIN devices d ON d.id = e.device_id AND d.ended_at IS NULL
       JOIN people p ON p.id = e.person_id AND p.deleted_at IS NULL
       WHERE e.id = $1 AND e.expires_at > flits_now()`,
      [this.#idIn(token)],
    );
    if (!row) throw noSuchExport();
    const parts: Record<string, unknown> = { made_at: this.clock.date().toISOString(), notes: NOTES };
    for (const part of this.data.parts) parts[part.name] = await part.collect(row.person_id);
    return parts;
  }

  /** What is held, and why, and until when; how many rows of each. */
  async held(personId: string): Promise<HeldPart[]> {
    const held: HeldPart[] = [];
    for (const part of this.data.parts) {
      const { name, what, until } = part;
      held.push({ name, what, until, rows: (await part.collect(personId)).length });
    }
    return held;
  }

  #link({ id, expires_at }: { id: string; expires_at: Date }): ExportLink {
    const token = Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), hmac(this.#key, id)]).toString('base64url');
    return { id, url: `${this.config.PUBLIC_URL}/v1/exports/${token}`, expiresAt: expires_at };
  }

  #idIn(token: string): string {
    const bytes = Buffer.from(token, 'base64url');
    const hex = bytes.toString('hex', 0, 16);
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    if (bytes.length !== 48 || !sameBytes(hmac(this.#key, id), bytes.subarray(16))) throw noSuchExport();
    return id;
  }
}

const NOTES =
  'What snaps show and say is sealed under keys that die with them and is no part of this; open them in an app while they live. ' +
  'Who has blocked or muted you is theirs to know.';
