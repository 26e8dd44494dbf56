import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../../../platform/storage/index.js';

const HEADER = 'flits-log-batch-v1';
const CONTENT_TYPE = 'text/plain';
const MAX_BYTES = 64 * 1024 * 1024;

/** Leaves from position `start` on, and the head of the tree after the last of them. */
export interface Batch {
  readonly start: number;
  readonly leaves: readonly string[];
  readonly root: Buffer;
}

/**
 * The log outside of the database: one object a batch, `log/leaves/{first position}`, written before its head is signed and
 * never changed. It lives under no hour's prefix, so no eraser meets it; whatever else deletes from the store (a lifecycle
 * rule) must spare `log/`. A database that was restored catches up from here.
 */
@Injectable()
export class LogArchive {
  constructor(private readonly store: ObjectStore) {}

  /** @throws Error in words where another history already stands there */
  async write(batch: Batch): Promise<void> {
    const bytes = Buffer.from(format(batch));
    const name = nameOf(batch.start);
    const there = await this.store.get(name, { maxBytes: MAX_BYTES });
    if (there?.equals(bytes)) return;
    if (there) throw new Error(`the object store holds other leaves from position ${batch.start} on than this database: ${FORK}`);
    await this.store.put(name, bytes, { contentType: CONTENT_TYPE });
  }

  /** The batch that starts there, if one was written. @throws Error in words where it cannot be read */
  async read(start: number): Promise<Batch | undefined> {
    const bytes = await this.store.get(nameOf(start), { maxBytes: MAX_BYTES });
    return bytes && parse(bytes.toString(), start);
  }
}

export const FORK =
  'two databases write one log, or one of them was changed. Nothing more is published until an operator has found out which is right (docs/log.md).';

/** Padded, so that a listing is in the order of the log. */
function nameOf(start: number): string {
  return `log/leaves/${String(start).padStart(16, '0')}`;
}

function format({ start, leaves, root }: Batch): string {
  return [HEADER, start, start + leaves.length, root.toString('base64'), '', ...leaves, ''].join('\n');
}

function parse(text: string, start: number): Batch {
  const [header, from, to, root, empty, ...rest] = text.split('\n');
  const leaves = rest.slice(0, -1);
  const isWhole = header === HEADER && from === String(start) && to === String(start + leaves.length) && empty === '' && rest.at(-1) === '';
  if (!isWhole || !root || leaves.length === 0) throw new Error(`the object store's leaves from position ${start} on cannot be read`);
  return { start, leaves, root: Buffer.from(root, 'base64') };
}
