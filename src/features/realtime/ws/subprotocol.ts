import { SUBPROTOCOL } from '../realtime.settings.js';

/**
 * Ours where it is offered. Otherwise the first offered is echoed all the same: a browser reports nothing but "failed" for a
 * handshake without one, and the client is to see close code 4406.
 */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(SUBPROTOCOL)) return SUBPROTOCOL;
  const [first] = offered;
  return first ?? false;
}
