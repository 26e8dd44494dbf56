import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { dangersOf, tablesMadeBy } from '../support/dangerous-sql.js';

/** Migrations of before this came when nobody had data to wait for. It never moves: a new one that is refused finds another form. */
const FIRST_RELEASE = 1_764_001_000_000;

/** Each statement of a migration, as it would be sent. */
async function statementsOf(migration: MigrationInterface): Promise<string[]> {
  const sent: string[] = [];
  const query = (text: string): Promise<unknown[]> => {
    sent.push(...split(text));
    return Promise.resolve([]);
  };
  await migration.up({ query } as unknown as QueryRunner);
  return sent;
}

/** At semicolons that stand in no function's body and no text. */
function split(text: string): string[] {
  return text.split(/;(?=(?:[^$]*\$\$[^$]*\$\$)*[^$]*$)/).filter((part) => part.trim() !== '');
}

describe('migrations hold nobody up', () => {
  it('every one of them, on the tables that were there before it', async () => {
    const present = new Set<string>();
    const old: string[] = [];
    const words: string[] = [];
    for (const Migration of migrations) {
      const statements = await statementsOf(new Migration());
      const found = statements.flatMap((statement) => dangersOf(statement, present)).map((danger) => `${Migration.name}: ${danger}`);
      const isOld = Number(/\d{13}$/.exec(Migration.name)?.[0]) < FIRST_RELEASE;
      (isOld ? old : words).push(...found);
      for (const statement of statements) for (const table of tablesMadeBy(statement)) present.add(table);
    }
    expect(words).toEqual([]);
    // It reads what is there: the first ones took such forms.
    expect([present.size > 30, old.length > 5]).toEqual([true, true]);
  });

  const present = new Set(['people', 'mortal.snaps']);

  it.each([
    'CREATE INDEX ix_people_x ON people (x)',
    'CREATE UNIQUE INDEX ux_people_x ON public.people (lower(x)) WHERE x IS NOT NULL',
    'ALTER TABLE people ALTER COLUMN handle TYPE varchar(40)',
    'ALTER TABLE people ADD COLUMN x text NOT NULL',
    'ALTER TABLE people ADD COLUMN x timestamptz NOT NULL DEFAULT flits_now()',
    `ALTER TABLE mortal.snaps ADD CONSTRAINT ck_snaps_x CHECK (x > 0)`,
    'ALTER TABLE people ADD COLUMN x int CONSTRAINT ck_people_x CHECK (x > 0)',
    'ALTER TABLE people ADD CONSTRAINT fk_people_x FOREIGN KEY (x) REFERENCES y (id)',
    'ALTER TABLE people ADD CONSTRAINT ux_people_x UNIQUE (x)',
    'ALTER TABLE people ALTER COLUMN x SET NOT NULL',
    'ALTER TABLE people RENAME COLUMN handle TO name',
    'ALTER TABLE people DROP COLUMN handle',
    'DROP TABLE IF EXISTS people',
    'UPDATE people SET x = 1',
    'DELETE FROM people',
    'LOCK TABLE people IN ACCESS EXCLUSIVE MODE',
    'TRUNCATE people',
  ])('finds fault with %s', (statement) => {
    expect(dangersOf(statement, present)).toHaveLength(1);
  });

  it.each([
    'CREATE TABLE people_more (id uuid CONSTRAINT pk_people_more PRIMARY KEY)',
    'CREATE INDEX ix_new ON people_more (id)',
    'CREATE INDEX CONCURRENTLY ix_people_x ON people (x)',
    'CREATE INDEX ix_snaps_x ON ONLY mortal.snaps (x)',
    'ALTER TABLE people ADD COLUMN x text',
    `ALTER TABLE people ADD COLUMN x int NOT NULL DEFAULT 0`,
    'ALTER TABLE people ADD CONSTRAINT ck_people_x CHECK (x > 0) NOT VALID',
    'ALTER TABLE people VALIDATE CONSTRAINT ck_people_x',
    'ALTER TABLE people ADD CONSTRAINT ux_people_x UNIQUE USING INDEX ux_people_x',
    'ALTER TABLE people ALTER COLUMN x SET DEFAULT flits_now()',
    'UPDATE people SET x = 1 WHERE x IS NULL AND id < $1',
  ])('takes %s', (statement) => {
    expect(dangersOf(statement, present)).toEqual([]);
  });
});
