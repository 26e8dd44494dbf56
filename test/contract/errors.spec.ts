import pg from 'pg';
import { parse } from 'yaml';
import { errorCodes, type ErrorCode } from '../../src/platform/faults/index.js';
import { forbiddenIn, namesIn } from '../support/forbidden-words.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { readProjectFile } from '../support/project-file.js';

interface OpenApi {
  readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, { 'x-codes'?: ErrorCode[] }> }>>;
  readonly components: { readonly schemas: { readonly Problem: { readonly properties: { readonly code: { readonly enum: string[] } } } } };
}

const openapi = JSON.parse(readProjectFile('contract/openapi.json')) as OpenApi;
const asyncapi: unknown = parse(readProjectFile('contract/asyncapi.yaml'));
const admin = JSON.parse(readProjectFile('contract/openapi-admin.json')) as OpenApi;
const operations = [openapi, admin].flatMap(({ paths }) => Object.values(paths).flatMap((path) => Object.values(path)));

describe('error codes', () => {
  const answered = operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, response]) => (response['x-codes'] ?? []).map((code) => ({ operationId, status, code }))),
  );

  it('every code that a route names is in the registry, with that status', () => {
    for (const { operationId, status, code } of answered) {
      expect([operationId, code, status]).toEqual([operationId, code, String(errorCodes[code].status)]);
    }
    expect(answered.length).toBeGreaterThan(operations.length);
  });

  it('every code of the registry is named by a route', () => {
    const named = new Set(answered.map(({ code }) => code));
    expect(Object.keys(errorCodes).filter((code) => !named.has(code as ErrorCode))).toEqual([]);
  });

  it('the problem document lists the registry, and so does docs/errors.md', () => {
    expect(openapi.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(errorCodes));
    const rows = [...readProjectFile('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$/gm)].map(([, ...cells]) => cells);
    expect(rows).toEqual(Object.entries(errorCodes).map(([code, { status, title, retry }]) => [code, String(status), title, retry]));
  });

  it('every refusal of a route has its codes', () => {
    for (const { operationId, responses } of operations) {
      const silent = Object.entries(responses).filter(([status, response]) => Number(status) >= 400 && !response['x-codes']?.length);
      expect([operationId, silent]).toEqual([operationId, []]);
    }
  });
});

describe('no likes, no comments, no counts, no streaks, no presence', () => {
  it.each([
    'like_count',
    'likes',
    'Comments',
    'reaction',
    'dailyStreak',
    'last_seen_at',
    'isTyping',
    'view_count',
    'viewerCounts',
    'presence',
  ])('the walk finds %s', (name) => expect(forbiddenIn(name)).not.toEqual([]));

  it.each(['underscore', 'unlikely', 'heartbeat_ack', 'recommended', 'viewed_at', 'replays_left', 'mute_until'])(
    'the walk lets %s pass',
    (name) => expect(forbiddenIn(name)).toEqual([]),
  );

  it('nothing in the documents of both ports and of the socket is named so', () => {
    const names = [...namesIn(openapi), ...namesIn(admin), ...namesIn(asyncapi)];
    expect(names.length).toBeGreaterThan(500);
    expect(names.filter((name) => forbiddenIn(name).length > 0)).toEqual([]);
  });

  describe('in the database', () => {
    let database: TestDatabase;

    beforeAll(async () => (database = await createTestDatabase()));
    afterAll(() => database.drop());

    it('no table, column, constraint, index, function or permitted value is named so', async () => {
      const client = new pg.Client({ connectionString: database.ownerUrl.reveal() });
      await client.connect();
      const { rows } = await client.query<{ name: string }>(`
        SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN ('public', 'mortal')
        UNION SELECT column_name FROM information_schema.columns WHERE table_schema IN ('public', 'mortal')
        UNION SELECT constraint_name FROM information_schema.table_constraints WHERE table_schema IN ('public', 'mortal')
        UNION SELECT routine_name FROM information_schema.routines WHERE routine_schema IN ('public', 'mortal')
        UNION SELECT indexname FROM pg_indexes WHERE schemaname IN ('public', 'mortal')
        UNION SELECT (regexp_matches(check_clause, '''([^'']*)''', 'g'))[1] FROM information_schema.check_constraints
              WHERE constraint_schema IN ('public', 'mortal')`);
      await client.end();
      const names = rows.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['snaps', 'recipient_id', 'ck_snaps_state', 'append_events', 'until_expiry']));
      expect(names.filter((name) => forbiddenIn(name).length > 0)).toEqual([]);
    });
  });
});
