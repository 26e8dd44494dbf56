import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { decryptBlob } from '../../platform/crypto/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import { SnapErrors } from './snaps.errors.js';
import type { OpenRow } from './open.statement.js';

const LINK_MS = 10 * 60_000;

export interface MediaLink {
  readonly url: string;
  readonly bytes: number;
  /** of the ciphertext, lower hex */
  readonly sha256: string;
  /** of the plaintext: what the phone has once it decrypted */
  readonly content_type: string;
  readonly url_expires_at: string;
}

export interface StoredMedia {
  readonly object_name: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly content_type: string | null;
  readonly deadline: Date;
}

/** Links to ciphertext: at most ten minutes, never past the deadline, useless without the key. */
@Injectable()
export class SnapMediaLinks {
  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly keys: HourKeys,
  ) {}

  async link(media: StoredMedia): Promise<MediaLink> {
    const { object_name, bytes, sha256, content_type, deadline } = media;
    if (object_name === null || bytes === null || sha256 === null || content_type === null) throw SnapErrors.notFound();
    const expiresAt = Math.min(this.clock.now() + LINK_MS, deadline.getTime());
    const url = await this.store.signGet({ name: object_name, contentType: 'application/octet-stream', expiresAt });
    return { url, bytes, sha256, content_type, url_expires_at: new Date(expiresAt).toISOString() };
  }

  /** The link together with what decrypts it: for an open that was granted, and for nothing else. */
  async withKey(row: OpenRow): Promise<MediaLink & { key: string; thumbhash?: string }> {
    if (row.upload_id === null || row.content_key === null) throw SnapErrors.notFound();
    const key = await this.keys.unwrap(row.upload_id, row.content_key);
    const thumbhash = row.thumbhash ? decryptBlob(key, row.thumbhash).toString('base64') : undefined;
    return { ...(await this.link(row)), key: key.toString('base64url'), thumbhash };
  }
}
