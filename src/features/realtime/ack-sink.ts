/** Everything up to `seq` of this person's log has arrived on this device. */
export interface Ack {
  readonly personId: string;
  readonly deviceId: string;
  readonly seq: number;
}

/** Where acks go. Below this feature, so that the gateway knows nothing of snaps. */
export abstract class AckSink {
  /** One of each device. Idempotent; a lower number later changes nothing. All are written, or none is. */
  abstract ack(acks: readonly Ack[]): Promise<void>;
}
