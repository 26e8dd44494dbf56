import { TestFlits } from '../support/flits.js';

/** `name{labels} value` lines of the exposition format. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  if (line === undefined) throw new Error(`there is no ${series}`);
  return Number(line.slice(series.length + 1));
}

describe('GET /metrics', () => {
  let flits: TestFlits;

  beforeAll(async () => (flits = await TestFlits.start()));
  afterAll(() => flits.stop());

  const scrape = async () => (await fetch(`http://127.0.0.1:${flits.flits.config.ADMIN_PORT}/metrics`)).text();

  it('reads ages and amounts from rows: what a lost queue cannot hide', async () => {
    const before = await scrape();
    expect(valueOf(before, 'flits_hours_ahead')).toBeGreaterThan(2);
    expect(valueOf(before, 'flits_hours_overdue')).toBe(0);
    expect(valueOf(before, 'flits_scrape_failures_total')).toBe(0);
    expect(valueOf(before, 'flits_jobs_total{name="photo.process",outcome="failed"}')).toBe(0);
    expect(valueOf(before, 'flits_queue_jobs{queue="erasure",state="delayed"}')).toBeGreaterThan(2);
    // On services of others there is no folder of ours to watch.
    if (!process.env.TEST_S3_ENDPOINT) {
      expect(valueOf(before, 'flits_disk_free_bytes')).toBeGreaterThan(0);
      expect(valueOf(before, 'flits_disk_reserve_bytes')).toBe(flits.flits.config.DISK_RESERVE_BYTES);
    }

    await flits.stopWorker();
    await flits.query(
      `INSERT INTO erasures_owed (id, label, reason, object_names, owed_at, next_attempt_at)
       VALUES (gen_random_uuid(), 0, 'unused', '{}', flits_now() - interval '100 seconds', flits_now())`,
    );
    await flits.shiftClock(2 * flits.flits.config.BUCKET_SECONDS);
    const after = await scrape();
    expect(valueOf(after, 'flits_erasures_owed')).toBe(1);
    expect(valueOf(after, 'flits_erasure_owed_oldest_seconds')).toBeGreaterThan(7200);
    expect(valueOf(after, 'flits_hours_overdue')).toBeGreaterThanOrEqual(1);
    expect(valueOf(after, 'flits_hour_overdue_oldest_seconds')).toBeGreaterThan(3000);
  });

  it('counts the leaves of the public log and those without a head', async () => {
    await flits.publishLog();
    const text = await scrape();
    expect(valueOf(text, 'flits_log_unsigned')).toBe(0);
    expect(valueOf(text, 'flits_log_behind_seconds')).toBeLessThan(2 * flits.flits.config.BUCKET_SECONDS);
  });
});
