import type { Stage } from './stage.js';

/** Somebody, by number. */
const person = (number: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/**
 * A past hour full of so many text snaps, each sealed and delivered to one person, indexed, analysed and vacuumed, as
 * autovacuum leaves rows that nobody touches. @returns its label
 */
export async function fillPastHour({ owner, makePastHour }: Stage, snaps: number): Promise<number> {
  const label = await makePastHour();
  await owner.query(
    `INSERT INTO mortal.snaps_${label} (id, sender_id, kind, state, accepted_at, deadline, mode, loop, replays, words, words_key, salt, unopened)
     SELECT (lpad(to_hex($1::bigint), 12, '0') || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
            ${person('n % 100000')}, 'text', 'sent', from_epoch_ms($1 - 259200000 + n), from_epoch_ms($1), 'until_expiry', false, 0,
            decode(repeat(md5(n::text), 8), 'hex'), decode(repeat(md5(n::text), 3), 'hex'), decode(repeat(md5(n::text), 2), 'hex'), 1
     FROM generate_series(1, $2::int) AS n`,
    [label, snaps],
  );
  await owner.query(
    `INSERT INTO mortal.deliveries_${label} (snap_id, recipient_id, sender_id, state, sent_at, replays_left)
     SELECT id, ${person('(random() * 100000)::int')}, sender_id, 'delivered', accepted_at, 0 FROM mortal.snaps_${label}`,
  );
  await owner.query(`VACUUM (ANALYZE) mortal.snaps_${label}, mortal.deliveries_${label}`);
  return label;
}
