import { Metrics } from '../../dist/src/platform/observability/index.js';
import { page, table } from './markdown.mjs';

/** docs/metrics.md: every metric of Flits' own with its type, its labels and its words. */
export async function metricsPage() {
  const { registry } = new Metrics();
  const metrics = await registry.getMetricsAsJSON();
  const rows = metrics
    .map(({ name, type, help }) => [
      `\`${name}\``,
      type,
      registry
        .getSingleMetric(name)
        .labelNames.map((label) => `\`${label}\``)
        .join(', ') || '–',
      help,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    '# Metrics',
    '`GET /metrics` on the admin port of every process, in Prometheus’ exposition format. `flits_purge_lag_seconds` is the one to ' +
      'watch: from a deadline until the bytes are gone, promised within 60 s (p99) and 300 s (always). Labels are closed sets; no ' +
      'metric names a person, a snap or an object. Node’s own metrics (`process_…`, `nodejs_…`) come with them.',
    'Gauges of hours, erasures, queues and the log are read from the database and the queues when they are asked for; workers have ' +
      'those of purging and of the log. Alert rules: [deploy/prometheus/alerts.yml](../deploy/prometheus/alerts.yml), a dashboard: ' +
      '[deploy/grafana/flits.json](../deploy/grafana/flits.json); what to do about an alert: [operations.md](operations.md).',
    table(['metric', 'type', 'labels', 'what'], rows),
  );
}
