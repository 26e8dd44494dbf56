import type { z } from 'zod';
import type { Receipts } from '../../ledger/index.js';
import type { Opened } from '../opening.service.js';
import type { SentDelivery, SentSnap } from '../sent.service.js';
import type { delivery, openedSnap, sentSnap } from './snaps.dto.js';

const iso = (ms: number) => new Date(ms).toISOString();

/** What the sender is told of a snap; once it is gone, no receipt: its salt is gone as well. */
export function sentAnswer(snap: SentSnap, receipts: Receipts): Omit<z.infer<typeof sentSnap>, 'server_time'> {
  const state = snap.state === 'erased' || snap.state === 'failed' ? snap.state : snap.isPast ? 'expired' : 'accepted';
  const isGone = state === 'erased' || state === 'expired';
  return {
    id: snap.id,
    state,
    expires_at: iso(snap.deadline),
    receipt: isGone ? null : receipts.issue(snap.id, snap.salt, snap.acceptedAt),
  };
}

/** No time on `delivered`: it would be a "last seen". */
export function deliveryAnswer({ user_id, state, opened_at }: SentDelivery): z.infer<typeof delivery> {
  return { user_id, state: state === 'waiting' ? 'accepted' : state, ...(opened_at && { opened_at: opened_at.toISOString() }) };
}

export function openedAnswer({ row, words, media, frankingTag }: Opened): z.infer<typeof openedSnap> {
  const now = Number(row.now);
  const lease = row.mode === 'once' ? row.lease_until : null;
  return {
    media: media && { ...media, encryption: 'aes128gcm' },
    ...words,
    view: {
      mode: row.mode,
      seconds: row.view_seconds,
      loop: row.loop,
      lease_expires_at: lease?.toISOString() ?? null,
      lease_seconds_left: lease ? Math.max(0, (lease.getTime() - now) / 1000) : null,
      replays_left: row.replays_left,
    },
    franking_tag: frankingTag,
    server_time: iso(now),
  };
}
