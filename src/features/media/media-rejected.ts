import { rejections, type RejectionReason } from './media-rejections.js';

/** The file is at fault, not the server: trying again would change nothing. Carries no byte and no name of the file. */
export class MediaRejected extends Error {
  constructor(
    readonly reason: RejectionReason,
    options?: ErrorOptions,
  ) {
    super(rejections[reason], options);
    this.name = 'MediaRejected';
  }
}
