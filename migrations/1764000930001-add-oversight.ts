import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Promise 1: bytes are gone five minutes after they should be, always. */
const LATE = `interval '300 seconds'`;

const COUNTED = [
  {
    table: 'reports',
    when: 'INSERT OR UPDATE OF outcome, held_by ON reports FOR EACH ROW',
    body: `IF TG_OP = 'INSERT' THEN PERFORM count_figure('reports.filed.' || NEW.reason, 1);
      ELSE
        IF OLD.outcome IS NULL AND NEW.outcome IS NOT NULL THEN
          PERFORM count_figure('reports.decided.' || NEW.reason || '.' || NEW.outcome, 1);
        END IF;
        IF OLD.held_by IS NULL AND NEW.held_by IS NOT NULL THEN PERFORM count_figure('holds', 1); END IF;
      END IF;`,
  },
  {
    table: 'people',
    when: 'UPDATE OF suspended_at ON people FOR EACH ROW',
    body: `IF OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT NULL THEN PERFORM count_figure('suspensions', 1); END IF;
      IF OLD.suspended_at IS NOT NULL AND NEW.suspended_at IS NULL THEN PERFORM count_figure('restorations', 1); END IF;`,
  },
  {
    table: 'hours',
    when: 'UPDATE OF state ON hours FOR EACH ROW',
    body: `IF OLD.state <> 'closed' AND NEW.state = 'closed' AND from_epoch_ms(NEW.label) < flits_now() - ${LATE} THEN
        PERFORM count_figure('purges.late.hours', 1);
      END IF;`,
  },
  {
    table: 'erasures',
    when: 'DELETE ON erasures_owed REFERENCING OLD TABLE AS settled FOR EACH STATEMENT',
    body: `PERFORM count_figure('purges.late.erasures', (SELECT count(*) FROM settled WHERE owed_at < flits_now() - ${LATE}));`,
  },
] as const;

/** What operators look at: why a deletion is stuck, what the last sweep for orphans found, and figures by month. */
export class AddOversight1764000930001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE erasures_owed ADD last_error text');
    await runner.query('ALTER TABLE sweep_turns ADD ended_at timestamptz, ADD found jsonb');
    await runner.query(`
      CREATE TABLE monthly_figures (
        month date NOT NULL,
        name text NOT NULL,
        value bigint NOT NULL,
        CONSTRAINT pk_monthly_figures PRIMARY KEY (month, name)
      )`);
    await runner.query(`
      CREATE TABLE recipient_sketches (
        month date CONSTRAINT pk_recipient_sketches PRIMARY KEY,
        salt bytea NOT NULL,
        registers bytea NOT NULL
      )`);
    // Rows of reports and debts go, so what is published of them is counted as it happens, in the transaction in which it does.
    await runner.query(`
      CREATE FUNCTION count_figure(figure text, n bigint) RETURNS void LANGUAGE sql AS $$
        INSERT INTO monthly_figures (month, name, value)
        SELECT date_trunc('month', flits_now() AT TIME ZONE 'UTC')::date, figure, n WHERE n > 0
        ON CONFLICT ON CONSTRAINT pk_monthly_figures DO UPDATE SET value = monthly_figures.value + excluded.value
      $$`);
    for (const { table, when, body } of COUNTED) {
      await runner.query(`CREATE FUNCTION count_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NULL; END $$`);
      await runner.query(`CREATE TRIGGER count_${table} AFTER ${when} EXECUTE FUNCTION count_${table}()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of COUNTED) await runner.query(`DROP FUNCTION count_${table}() CASCADE`);
    await runner.query('DROP FUNCTION count_figure(text, bigint)');
    await runner.query('DROP TABLE recipient_sketches');
    await runner.query('DROP TABLE monthly_figures');
    await runner.query('ALTER TABLE sweep_turns DROP found, DROP ended_at');
    await runner.query('ALTER TABLE erasures_owed DROP last_error');
  }
}
