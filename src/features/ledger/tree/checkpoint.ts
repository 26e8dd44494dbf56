/** A tree head in C2SP form: tlog-checkpoint is the text, signed-note the signature below it. */

export interface Signer {
  readonly origin: string;
  readonly keyId: Buffer;
  sign(message: Buffer): Buffer;
}

/** The text that is signed: origin, size, root, one a line. @param root 32 bytes */
export function checkpointText(origin: string, size: number, root: Buffer): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** The text, an empty line, and `— name base64(key id ‖ signature)`. */
export function signNote(text: string, signer: Signer): string {
  const signature = Buffer.concat([signer.keyId, signer.sign(Buffer.from(text))]);
  return `${text}\n— ${signer.origin} ${signature.toString('base64')}\n`;
}
