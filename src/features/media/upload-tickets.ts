import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Hours } from '../../platform/ids/index.js';
import { ObjectStore, type SignedPut } from '../../platform/storage/index.js';
import { UploadBacklog } from './upload-backlog.js';
import type { UploadKind } from './upload.states.js';
import type { NewUpload } from './uploads.repository.js';

/** Where the bytes go: one PUT of exactly the announced bytes (R7). */
export interface PutTicket extends SignedPut {
  /** ms since the epoch, by the database's clock */
  readonly expiresAt: number;
}

type Incoming = Pick<NewUpload, 'id' | 'incomingName' | 'incomingBytes' | 'incomingSha256'>;

const TICKET_MS = 15 * 60_000;
/** What is PUT is ciphertext, whatever the photo says it is. */
const PUT_TYPE = 'application/octet-stream';

/** The way into the object store for phones; media bytes never pass through this server. */
@Injectable()
export class UploadTickets {
  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly backlog: UploadBacklog,
  ) {}

  /** Asked before a phone is sent on its way with bytes. @throws Fault unavailable where uploads of this kind pile up */
  admit(kind: UploadKind): Promise<void> {
    return this.backlog.check(kind);
  }

  /** Good for 15 minutes, never past the upload's hour. @throws Fault upload_expired where less than a second is left */
  async issue({ id, incomingName, incomingBytes, incomingSha256 }: Incoming): Promise<PutTicket> {
    const label = this.hours.labelOf(id);
    if (label === undefined || incomingName === null) throw new Error('a ticket for an upload that awaits no bytes');
    const expiresAt = Math.min(this.clock.now() + TICKET_MS, label);
    const put = await this.store.signPut({
      name: incomingName,
      bytes: incomingBytes,
      sha256: incomingSha256,
      contentType: PUT_TYPE,
      expiresAt,
    });
    return { ...put, expiresAt };
  }

  /** Whether all announced bytes are there. @throws ObjectStoreError where the store cannot say */
  async isComplete({ incomingName, incomingBytes }: Incoming): Promise<boolean> {
    const head = incomingName === null ? undefined : await this.store.head(incomingName);
    return head?.bytes === incomingBytes;
  }
}
