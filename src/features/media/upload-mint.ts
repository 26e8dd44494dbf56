import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { BLOB_KEY_BYTES } from '../../platform/crypto/index.js';
import { Hours, Ids, Random } from '../../platform/ids/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { objectName, objectShards } from '../expiry/index.js';
import { checkUploadRequest, type UploadRequest } from './upload.policy.js';
import type { NewUpload } from './uploads.repository.js';

/** Everything an upload is born with: an id that says when it dies, names for its objects, keys wrapped by its hour. */
@Injectable()
export class UploadMint {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly hourKeys: HourKeys,
  ) {}

  /** @throws Fault what `checkUploadRequest` throws; unavailable where the hour's key cannot be had */
  async mint(ownerId: string, request: UploadRequest): Promise<NewUpload> {
    const clientKey = checkUploadRequest(request, this.config);
    const ttlMs = request.ttlSeconds === undefined ? undefined : request.ttlSeconds * 1000;
    const label = this.hours.label(this.hours.deadline(this.clock.now(), ttlMs));
    const id = this.ids.mortal(label);
    const shards = objectShards(this.hours);
    return {
      id,
      ownerId,
      kind: request.kind,
      incomingName: objectName(label, this.random, { incoming: true, shards }),
      incomingBytes: request.bytes,
      incomingSha256: request.sha256,
      encryption: clientKey ? 'aes128gcm' : 'none',
      clientKey: clientKey ? await this.hourKeys.wrap(id, clientKey) : null,
      contentKey: await this.hourKeys.wrap(id, this.random.bytes(BLOB_KEY_BYTES)),
      objectName: objectName(label, this.random, { shards }),
      contentType: request.contentType,
    };
  }
}
