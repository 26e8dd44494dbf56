import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('names every metric, typed labels and all, without process metrics unless asked', async () => {
    const metrics = new Metrics();
    metrics.jobs.inc({ name: 'photo.process', outcome: 'done' });
    metrics.sockets.set(3);
    const text = await metrics.text();
    for (const name of [
      'http_request_duration_seconds',
      'jobs_total',
      'job_duration_seconds',
      'hints_dropped_total',
      'sockets',
      'purge_lag_seconds',
      'sweep_duration_seconds',
      'erasures_owed',
      'key_vault_alarms_total',
    ]) {
      expect(text).toContain(`# HELP flits_${name} `);
    }
    expect(text).toContain('flits_jobs_total{name="photo.process",outcome="done"} 1');
    expect(text).toContain('flits_sockets 3');
    expect(text).not.toContain('process_cpu');
  });

  it('keeps two instances of one process apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.erasuresOwed.set(7);
    expect(await one.text()).toContain('flits_erasures_owed 7');
    expect(await other.text()).not.toMatch(/^flits_erasures_owed /m);
  });

  it('reads what hangs on rows when it is asked, and shows the rest where a reading fails', async () => {
    const metrics = new Metrics();
    let hours = 3;
    metrics.onScrape(() => Promise.reject(new Error('the database is away')));
    metrics.onScrape(async () => metrics.hoursOverdue.set(hours));
    expect(await metrics.text()).toContain('flits_hours_overdue 3');
    hours = 0;
    const text = await metrics.text();
    expect(text).toContain('flits_hours_overdue 0');
    expect(text).toContain('flits_scrape_failures_total 2');
  });

  it('adds process metrics when asked', async () => {
    const metrics = new Metrics({ processMetrics: true });
    expect(await metrics.text()).toContain('process_cpu_user_seconds_total');
    metrics.registry.clear();
  });
});
