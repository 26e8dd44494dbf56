/** Where acks go. Below this feature, so that the gateway knows nothing of snaps. */
export abstract class AckSink {
  /** Everything up to `seq` of this person's log has arrived on this device. Idempotent; a lower number later changes nothing. */
  abstract ack(personId: string, deviceId: string, seq: number): Promise<void>;
}
