/** Nothing is wrong with this file: another of its kind is being decoded, and may be hanging. Again later. */
export class DecoderBusy extends Error {
  constructor() {
    super('another photo of this kind is being decoded');
    this.name = 'DecoderBusy';
  }
}
