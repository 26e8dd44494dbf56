import type { z } from 'zod';
import type { Receipts } from '../../ledger/index.js';
import { wordsFor } from '../../media/index.js';
import type { Opened } from '../opening.service.js';
import type { FreshSend } from '../sending.service.js';
import type { SentDelivery, SentSnap } from '../sent.service.js';
import type { delivery, openedSnap, sentSnap, sentSnapDetail } from './snaps.dto.js';

export type SentAnswer = z.infer<typeof sentSnap>;

const iso = (ms: number) => new Date(ms).toISOString();

/** What was accepted just now: a snap, or an album's parts in their order. */
export function freshAnswer({ snaps, albumId, acceptedAt, deadline }: FreshSend, receipts: Receipts): SentAnswer[] {
  return snaps.map(({ id, salt }, index) => ({
    id,
    state: 'accepted',
    expires_at: iso(deadline),
    server_time: iso(acceptedAt),
    receipt: receipts.issue(id, salt, acceptedAt),
    ...(albumId !== null && { album: { id: albumId, index, count: snaps.length } }),
  }));
}

/** Of what has not even a row any more. @param label the end of its hour, ms since the epoch */
export function goneAnswer(id: string, label: number): Omit<SentAnswer, 'server_time'> {
  return { id, state: 'expired', expires_at: iso(label), receipt: null };
}

/** What the sender is told of a snap; once it is gone, no receipt: its salt is gone as well. */
export function sentAnswer(snap: SentSnap, receipts: Receipts): Omit<SentAnswer, 'server_time'> {
  const state = snap.state === 'erased' || snap.state === 'failed' ? snap.state : snap.isPast ? 'expired' : 'accepted';
  const isGone = state === 'erased' || state === 'expired';
  return {
    id: snap.id,
    state,
    expires_at: iso(snap.deadline),
    receipt: isGone ? null : receipts.issue(snap.id, snap.salt, snap.acceptedAt),
    ...(snap.album && { album: snap.album }),
    ...(state === 'failed' && snap.reason !== null && { reason: snap.reason, detail: wordsFor(snap.reason) }),
  };
}

/** The same, to whoever asks for what they sent. */
export function mineAnswer(snap: SentSnap, receipts: Receipts): Omit<z.infer<typeof sentSnapDetail>, 'server_time' | 'deliveries'> {
  return {
    ...sentAnswer(snap, receipts),
    kind: snap.kind,
    ...(snap.story && { story: snap.story }),
    ...(snap.inReplyTo && { in_reply_to: snap.inReplyTo }),
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
