import type pg from 'pg';
import { makeRing } from '../support/ring.js';

const HOUR_MS = 3_600_000;
/** As many as a server of the default settings has. */
const HOURS = 84;

/**
 * Snaps from everybody to a friend, evenly over all hours, as a send leaves them; and the same rows once more in schema `flat`, in
 * tables of one piece, with a function `upload_of` of their own.
 */
export async function makeSnaps(client: pg.Client, people: number, snaps: number): Promise<void> {
  await makeRing((text, values) => client.query(text, [...values]), people);
  const first = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  const labels = Array.from({ length: HOURS }, (_, hour) => first + hour * HOUR_MS);
  for (let at = 0; at < HOURS; at += 12) {
    const some = labels.slice(at, at + 12);
    await client.query('SELECT make_hours($1::bigint[], $2::bytea[])', [some, some.map(() => Buffer.alloc(32))]);
  }
  await client.query(
    `CREATE TEMP TABLE made AS
     SELECT (lpad(to_hex(label), 12, '0') || '8' || substr(md5(n::text || 's'), 1, 3) || '8' || substr(md5(n::text || 'x'), 1, 15))::uuid AS id,
            (lpad(to_hex(label), 12, '0') || '8' || substr(md5(n::text || 'u'), 1, 3) || '8' || substr(md5(n::text || 'y'), 1, 15))::uuid AS upload_id,
            f.person_id AS sender_id, f.friend_id AS recipient_id, label
     FROM generate_series(1, $1::int) AS n
     CROSS JOIN LATERAL (SELECT ($2::bigint[])[1 + n % ${HOURS}] AS label) AS l
     JOIN (SELECT *, row_number() OVER (ORDER BY person_id, friend_id) AS k, count(*) OVER () AS all FROM friendships) AS f ON f.k = 1 + n % f.all`,
    [snaps, labels],
  );
  await client.query(
    `INSERT INTO mortal.uploads (id, owner_id, kind, state, incoming_name, incoming_bytes, incoming_sha256, encryption, content_key, object_name,
                                 content_type, bytes, sha256, width, height, snap_id, created_at)
     SELECT upload_id, sender_id, 'photo', 'ready', 'x', 1, 'x', 'none', '', 'x', 'image/jpeg', 1, 'x', 1, 1, id, flits_now() FROM made`,
  );
  await client.query(
    `INSERT INTO mortal.snaps (id, sender_id, upload_id, kind, state, accepted_at, deadline, mode, loop, replays, salt, unopened)
     SELECT id, sender_id, upload_id, 'photo', 'sent', flits_now(), from_epoch_ms(label), 'once', false, 0, '', 1 FROM made`,
  );
  await client.query(
    `INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left, via_story)
     SELECT id, recipient_id, sender_id, 'accepted', flits_now(), 0, false FROM made`,
  );
  await client.query('CREATE SCHEMA flat');
  for (const table of ['uploads', 'snaps', 'deliveries']) {
    await client.query(`CREATE TABLE flat.${table} (LIKE mortal.${table} INCLUDING ALL)`);
    await client.query(`INSERT INTO flat.${table} SELECT * FROM mortal.${table}`);
  }
  for (const schema of ['mortal', 'flat']) {
    await client.query(`
      CREATE FUNCTION ${schema}.upload_of(upload uuid) RETURNS SETOF ${schema}.uploads LANGUAGE plpgsql STABLE STRICT ROWS 1 AS $$
      BEGIN
        RETURN QUERY SELECT * FROM ${schema}.uploads u WHERE u.id = upload;
      END $$`);
  }
  await client.query('VACUUM ANALYZE');
}
