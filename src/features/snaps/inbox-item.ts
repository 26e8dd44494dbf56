import type { DeliveryState, SnapKind, ViewMode } from './snap.states.js';

export interface ReceivedRow {
  readonly snap_id: string;
  readonly sender_id: string;
  readonly sender_handle: string;
  readonly sender_name: string;
  readonly group_id: string | null;
  readonly in_reply_to: string | null;
  readonly album_id: string | null;
  readonly album_index: number | null;
  readonly album_size: number | null;
  readonly kind: SnapKind;
  readonly sent_at: Date;
  readonly deadline: Date;
  readonly mode: ViewMode;
  readonly view_seconds: number | null;
  readonly loop: boolean;
  readonly replays: number;
  readonly state: DeliveryState;
  readonly opened_at: Date | null;
  readonly muted: boolean;
  readonly duration_ms: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly content_type: string | null;
}

export interface Album {
  readonly id: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** A living snap as its recipient sees it before opening. No link, no words, no key. */
export interface InboxItem {
  readonly snap_id: string;
  readonly sender: { readonly id: string; readonly handle: string; readonly display_name: string };
  readonly group_id?: string;
  readonly in_reply_to?: string;
  readonly album?: Album;
  readonly kind: SnapKind;
  readonly sent_at: string;
  readonly expires_at: string;
  readonly view: { readonly mode: ViewMode; readonly seconds: number | null; readonly loop: boolean; readonly replays: number };
  readonly state: DeliveryState;
  /** The recipient has muted the sender: nothing is to wake them up for it. */
  readonly muted?: true;
  readonly duration_seconds?: number;
  readonly width?: number;
  readonly height?: number;
  /** Left out once a view-once was opened: there is nothing left to fetch. */
  readonly media?: { readonly bytes: number; readonly sha256: string; readonly content_type: string };
}

export function inboxItem(row: ReceivedRow): InboxItem {
  const isOpened = row.opened_at !== null;
  const isSpent = row.mode === 'once' && isOpened;
  return {
    snap_id: row.snap_id,
    sender: { id: row.sender_id, handle: row.sender_handle, display_name: row.sender_name },
    ...(row.group_id !== null && { group_id: row.group_id }),
    ...(row.in_reply_to !== null && { in_reply_to: row.in_reply_to }),
    ...albumOf(row),
    kind: row.kind,
    sent_at: row.sent_at.toISOString(),
    expires_at: row.deadline.toISOString(),
    view: { mode: row.mode, seconds: row.view_seconds, loop: row.loop, replays: row.replays },
    // Opened with receipts off, it is so to the viewer all the same.
    state: isOpened && (row.state === 'accepted' || row.state === 'delivered') ? 'opened' : row.state,
    ...(row.muted && { muted: true as const }),
    ...(row.duration_ms !== null && { duration_seconds: row.duration_ms / 1000 }),
    ...(row.width !== null && row.height !== null && { width: row.width, height: row.height }),
    ...(row.bytes !== null && row.sha256 !== null && row.content_type !== null && !isSpent
      ? { media: { bytes: row.bytes, sha256: row.sha256, content_type: row.content_type } }
      : {}),
  };
}

export function albumOf(row: Pick<ReceivedRow, 'album_id' | 'album_index' | 'album_size'>): { readonly album?: Album } {
  const { album_id: id, album_index: index, album_size: count } = row;
  return id === null || index === null || count === null ? {} : { album: { id, index, count } };
}
