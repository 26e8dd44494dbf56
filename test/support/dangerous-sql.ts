/**
 * Forms of SQL that hold up everybody on a table that is in use, or that break the code that runs beside them (expand, contract:
 * docs/upgrading.md). A lint by the look of statements: it knows the forms that people write, not all that PostgreSQL takes.
 */
interface Form {
  /** Its first group is the table; forms without one are dangerous on whatever. */
  readonly pattern: RegExp;
  readonly instead: string;
}

const TABLE = '(?:IF EXISTS )?(?:ONLY )?([\\w.]+)';
const FORMS: readonly Form[] = [
  {
    pattern: new RegExp(`^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?!ONLY )${TABLE}`, 'i'),
    instead: 'nobody writes while it is built: build it CONCURRENTLY, in a migration without a transaction',
  },
  {
    pattern: new RegExp(`^ALTER TABLE ${TABLE} .*\\bALTER (?:COLUMN )?\\w+ (?:SET DATA )?TYPE\\b`, 'i'),
    instead: 'the table is written anew: add a column, fill it in steps, drop the old one a release later',
  },
  {
    pattern: new RegExp(`^ALTER TABLE ${TABLE} .*\\bADD COLUMN (?:(?!,).)*\\bNOT NULL(?!(?:(?!,).)*DEFAULT)(?!.*DEFAULT)`, 'i'),
    instead: 'it fails where there are rows: give it a constant default, or fill it first',
  },
  {
    pattern: new RegExp(
      `^ALTER TABLE ${TABLE} .*\\bADD COLUMN (?:(?!, ADD).)*\\bDEFAULT (?:flits_now|now|clock_timestamp|gen_random_uuid|random|nextval)\\b`,
      'i',
    ),
    instead: 'the table is written anew: a default that is not constant comes after the column',
  },
  {
    pattern: new RegExp(
      `^ALTER TABLE ${TABLE} .*\\bADD (?:COLUMN (?:(?!, ADD).)*)?CONSTRAINT (?:(?!, ADD).)*\\b(?:CHECK|FOREIGN KEY|REFERENCES)\\b(?!.*NOT VALID)`,
      'i',
    ),
    instead: 'all rows are read under its lock: add it NOT VALID, and VALIDATE it in a later migration',
  },
  {
    pattern: new RegExp(`^ALTER TABLE ${TABLE} .*\\bADD (?:CONSTRAINT \\w+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\\b(?!.*USING INDEX)`, 'i'),
    instead: 'nobody reads or writes while its index is built: build that CONCURRENTLY, then ADD … USING INDEX',
  },
  {
    pattern: new RegExp(`^ALTER TABLE ${TABLE} .*\\bSET NOT NULL\\b`, 'i'),
    instead: 'all rows are read under its lock: a CHECK that is NOT VALID, validated later, comes before it',
  },
  {
    pattern: new RegExp(`^ALTER TABLE ${TABLE} .*\\b(?:RENAME|DROP COLUMN)\\b`, 'i'),
    instead: 'the code of the release before still reads it: contract a release later',
  },
  { pattern: new RegExp(`^DROP TABLE ${TABLE}`, 'i'), instead: 'the code of the release before still reads it: contract a release later' },
  { pattern: new RegExp(`^UPDATE ${TABLE}(?!.*\\bWHERE\\b)`, 'i'), instead: 'every row is locked until it ends: fill in steps, from code' },
  {
    pattern: new RegExp(`^DELETE FROM ${TABLE}(?!.*\\bWHERE\\b)`, 'i'),
    instead: 'every row is locked until it ends: remove in steps, from code',
  },
  { pattern: /^(?:LOCK|VACUUM FULL|CLUSTER|REINDEX|TRUNCATE)\b/i, instead: 'everybody waits for it' },
];

/** Of one statement. @param present tables that were there before its migration: only on those is anybody waiting */
export function dangersOf(statement: string, present: ReadonlySet<string>): string[] {
  const text = statement.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim();
  return FORMS.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(text);
    if (!found) return [];
    const [, table] = found;
    return table === undefined || present.has(table.replace(/^public\./, '')) ? [`${text.slice(0, 60)}…: ${instead}`] : [];
  });
}

/** Tables that a statement makes. */
export function tablesMadeBy(statement: string): string[] {
  return [...statement.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?([\w.]+)/gi)].map(([, name = '']) => name.replace(/^public\./, ''));
}
