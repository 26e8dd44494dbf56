/** What the process of the phones is told, one thing at a time; it answers when it is done. */
export type Order =
  | { readonly do: 'connect'; readonly port: number; readonly tokens: readonly string[] | number }
  /** Takes whatever comes until so many bytes came on all sockets together. */
  | { readonly do: 'take'; readonly bytes: number }
  /** Answers every frame until so many came on each socket: with an ack of its number, or, where there is `text`, with that. */
  | { readonly do: 'answer'; readonly frames: number; readonly text?: string }
  | { readonly do: 'cut' };

/** Bytes of a server's text frame, header included (RFC 6455 §5.2). */
export function frameBytes(text: string): number {
  const length = Buffer.byteLength(text);
  return length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
}
