import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { UploadEncryption, UploadKind, UploadState } from './upload.states.js';

@Entity({ name: 'uploads', schema: 'mortal' })
@Index('ix_uploads_unused', ['unusedUntil'], { where: 'unused_until IS NOT NULL' })
@Index('ix_uploads_processing', ['claimedUntil'], { where: `state = 'processing'::text` })
@Index('ix_uploads_incoming', ['incomingDue'], {
  where: `incoming_name IS NOT NULL AND (state = ANY (ARRAY['ready'::text, 'rejected'::text, 'erased'::text]))`,
})
@Index('ix_uploads_object_name', ['objectName'])
@Index('ix_uploads_incoming_name', ['incomingName'], { where: 'incoming_name IS NOT NULL' })
@Check('ck_uploads_kind', `kind = ANY (ARRAY['photo'::text, 'clip'::text, 'voice'::text])`)
@Check('ck_uploads_state', `state = ANY (ARRAY['pending'::text, 'processing'::text, 'ready'::text, 'rejected'::text, 'erased'::text])`)
@Check('ck_uploads_encryption', `encryption = ANY (ARRAY['aes128gcm'::text, 'none'::text])`)
export class UploadEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_uploads' })
  id!: string;

  @Column('uuid')
  ownerId!: string;

  @Column('text')
  kind!: UploadKind;

  @Column('text', { default: 'pending' })
  state!: UploadState;

  /** Why it was rejected (media-rejections.ts). */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  /** When it is erased unless a snap uses it; null once that is settled. */
  @Column('timestamptz', { nullable: true })
  unusedUntil!: Date | null;

  /** What the phone PUTs; null once it is erased and no link can bring it back. */
  @Column('text', { nullable: true })
  incomingName!: string | null;

  /** When no PUT can be under way any more, and whatever lies there then is erased; sooner where it could not be erased before. */
  @Column('timestamptz', { nullable: true })
  incomingDue!: Date | null;

  @Column('integer')
  incomingBytes!: number;

  /** Lower-case hex. */
  @Column('text')
  incomingSha256!: string;

  @Column('text')
  encryption!: UploadEncryption;

  /** The phone's one-time key, wrapped by this upload's hour; null for plain uploads and once it is no longer needed. */
  @Column('bytea', { nullable: true })
  clientKey!: Buffer | null;

  /** The key of the stored object and of the thumbhash, wrapped by this upload's hour. */
  @Column('bytea', { nullable: true })
  contentKey!: Buffer | null;

  @Column('text')
  objectName!: string;

  /** Lease of the worker that is at it. In the past: since then it waits for one. */
  @Column('timestamptz', { nullable: true })
  claimedUntil!: Date | null;

  /** Set while the decoder runs. Found set by the next worker, it tells that the last one did not survive the file. */
  @Column('timestamptz', { nullable: true })
  decodeStartedAt!: Date | null;

  @Column('integer', { nullable: true })
  width!: number | null;

  @Column('integer', { nullable: true })
  height!: number | null;

  @Column('integer', { nullable: true })
  durationMs!: number | null;

  /** What its phone or the worker of photos takes the file for, until it is ready: then of the plaintext in the object. */
  @Column('text', { nullable: true })
  contentType!: string | null;

  /** Length of the stored ciphertext. */
  @Column('integer', { nullable: true })
  bytes!: number | null;

  /** Of the stored ciphertext, lower-case hex. */
  @Column('text', { nullable: true })
  sha256!: string | null;

  /** Sealed under the content key. */
  @Column('bytea', { nullable: true })
  thumbhash!: Buffer | null;

  @Column('uuid', { nullable: true })
  snapId!: string | null;
}
