import { parse } from 'yaml';
import { loadConfig } from '../../src/platform/config/index.js';
import { Metrics } from '../../src/platform/observability/index.js';
import { readCompose } from '../support/packaging-files.js';
import { readProjectFile } from '../support/project-file.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const { groups } = parse(readProjectFile('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readProjectFile('deploy/grafana/flits.json')) as {
  panels: { id: number; title: string; targets: { expr: string }[] }[];
};
const panels = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

const { registry } = new Metrics({ processMetrics: true });
afterAll(() => registry.clear());

/** What a histogram is scraped as, besides its own name. */
const SERIES = /_(bucket|sum|count)$/;
const GIVEN = new Set(['le', 'instance', 'job']);

function metricOf(series: string) {
  return registry.getSingleMetric(series) ?? registry.getSingleMetric(series.replace(SERIES, ''));
}

/** Every series an expression names, with the labels it filters by. */
function seriesIn(expr: string): { name: string; labels: string[] }[] {
  return [...expr.matchAll(/\b((?:flits|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(([, name = '', filter = '']) => ({
    name,
    labels: [...filter.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? ''),
  }));
}

function groupedBy(expr: string): string[] {
  return [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()));
}

function labelsOf(name: string): string[] {
  return (metricOf(name) as unknown as { labelNames: string[] }).labelNames;
}

describe.each([...rules.map(({ alert, expr }) => [alert, expr] as const), ...panels])('%s', (_, expr) => {
  const series = seriesIn(expr);

  it('asks for metrics that exist, by labels that they have', () => {
    expect(series).not.toEqual([]);
    expect(series.filter(({ name }) => !metricOf(name)).map(({ name }) => name)).toEqual([]);
    const known = new Set([...GIVEN, ...series.flatMap(({ name }) => labelsOf(name))]);
    expect(groupedBy(expr).filter((label) => !known.has(label))).toEqual([]);
    for (const { name, labels } of series) expect(labels.filter((label) => !labelsOf(name).includes(label))).toEqual([]);
  });
});

describe('prometheus.yml', () => {
  it('scrapes the admin port of every role that compose runs, and takes the rules', () => {
    const { rule_files: files, scrape_configs: jobs } = parse(readProjectFile('deploy/prometheus/prometheus.yml')) as {
      rule_files: string[];
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    expect(files).toEqual(['alerts.yml']);
    const roles = Object.entries(readCompose().services).flatMap(([name, { environment = {} }]) => ('ROLE' in environment ? [name] : []));
    expect(jobs.flatMap((job) => job.dns_sd_configs)).toMatchObject([{ names: roles, port: loadConfig({}).ADMIN_PORT }]);
  });
});

describe('alerts', () => {
  it('gauges of what only workers read are absent elsewhere: a 0 there would alarm, or hide that none runs', async () => {
    const asked = rules.flatMap(({ expr }) => seriesIn(expr)).filter(({ name }) => /^flits_(hour|erasure|log|disk)/.test(name));
    const shown = (await new Metrics().text()).split('\n').map((line) => line.split(' ')[0]);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.map(({ name }) => name).filter((name) => shown.includes(name) && !name.endsWith('_total'))).toEqual([]);
    expect(rules.find(({ alert }) => alert === 'FlitsNoWorker')?.expr).toBe('absent(flits_hours_ahead)');
  });

  const runbooks = readProjectFile('docs/operations.md');

  it.each(rules)('$alert has a severity, words and a runbook', ({ alert, labels, annotations }) => {
    expect(labels.severity).toMatch(/^(page|warn)$/);
    expect(annotations.summary.length).toBeGreaterThan(10);
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(runbooks).toContain(`\n### ${alert}\n`);
  });

  it('every runbook has its alert', () => {
    const named = [...runbooks.matchAll(/^### (Flits\w+)$/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});

describe('dashboard', () => {
  it('shows every metric of our own', () => {
    const shown = new Set(panels.flatMap(([, expr]) => seriesIn(expr).map(({ name }) => name.replace(SERIES, ''))));
    const ours = registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('flits_'));
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('gives each panel an id of its own', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
