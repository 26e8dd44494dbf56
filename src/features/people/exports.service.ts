import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { hmac, MasterKeys, sameBytes } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { bytesOfUuid, Ids, uuidOfBytes } from '../../platform/ids/index.js';
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

/** A UUID and its HMAC-SHA-256. */
const TOKEN_BYTES = 16 + 32;

/**
 * Everything held about a person, as JSON. A link (table `exports`, one a person, 24 h, no longer than the session that asked)
 * is what is made; the file is put together while it is fetched, page by page, and stored nowhere: so it can hold nothing that
 * was erased or ran out in between (R31), there is no copy to forget, and a process holds a page of it, however slow the reader.
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

  /** What a link leads to, as pieces of JSON. @throws Fault `not_found` for anything that is not a living link */
  async open(token: string): Promise<AsyncIterable<string>> {
    const id = this.#idIn(token);
    return this.#write(id, await this.#personOf(id));
  }

  /** A link that ends while it is read gives no further page: its reader may be why the session was ended. */
  async *#write(id: string, personId: string): AsyncGenerator<string> {
    yield JSON.stringify({ made_at: this.clock.date().toISOString(), notes: NOTES }).slice(0, -1);
    for (const part of this.data.parts) {
      yield `,${JSON.stringify(part.name)}:[`;
      let comma = '';
      for await (const rows of part.pages(personId)) {
        if (rows.length === 0) continue;
        await this.#personOf(id);
        yield comma + JSON.stringify(rows).slice(1, -1);
        comma = ',';
      }
      yield ']';
    }
    yield '}';
  }

  /** @throws Fault `not_found` where the link is none any more */
  async #personOf(id: string): Promise<string> {
    const [row] = await this.database.query<{ person_id: string }>(
      `SELECT e.person_id FROM exports e
       JOIN devices d ON d.id = e.device_id AND d.ended_at IS NULL
       JOIN people p ON p.id = e.person_id AND p.deleted_at IS NULL
       WHERE e.id = $1 AND e.expires_at > flits_now()`,
      [id],
    );
    if (!row) throw noSuchExport();
    return row.person_id;
  }

  /** What is held, and why, and until when; how many rows of each. */
  async held(personId: string): Promise<HeldPart[]> {
    const held: HeldPart[] = [];
    for (const part of this.data.parts) {
      const { name, what, until } = part;
      let count = 0;
      for await (const rows of part.pages(personId)) count += rows.length;
      held.push({ name, what, until, rows: count });
    }
    return held;
  }

  #link({ id, expires_at }: { id: string; expires_at: Date }): ExportLink {
    const token = Buffer.concat([bytesOfUuid(id), hmac(this.#key, id)]).toString('base64url');
    return { id, url: `${this.config.PUBLIC_URL}/v1/exports/${token}`, expiresAt: expires_at };
  }

  #idIn(token: string): string {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== TOKEN_BYTES) throw noSuchExport();
    const id = uuidOfBytes(bytes);
    if (!sameBytes(hmac(this.#key, id), bytes.subarray(16))) throw noSuchExport();
    return id;
  }
}

const NOTES =
  'What snaps show and say is sealed under keys that die with them and is no part of this; open them in an app while they live. ' +
  'Who has blocked or muted you is theirs to know. What those who run the server write down of their own work is no part of this either.';
