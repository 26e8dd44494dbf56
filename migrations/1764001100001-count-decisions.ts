import type { MigrationInterface, QueryRunner } from 'typeorm';

const decided = (also: string) => `
  CREATE OR REPLACE FUNCTION count_reports() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN PERFORM count_figure('reports.filed.' || NEW.reason, 1);
    ELSE
      IF OLD.outcome IS NULL AND NEW.outcome IS NOT NULL THEN
        PERFORM count_figure('reports.decided.' || NEW.reason || '.' || NEW.outcome, 1);
        ${also}
      END IF;
      IF OLD.held_by IS NULL AND NEW.held_by IS NOT NULL THEN PERFORM count_figure('holds', 1); END IF;
    END IF;
    RETURN NULL;
  END $$`;

/** Figures that outlive what they count: minutes from a report to its decision, and copies that were opened. */
export class CountDecisions1764001100001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      decided(`PERFORM count_figure('reports.decided_after.' || ceil(extract(epoch FROM NEW.decided_at - NEW.created_at) / 60)::int, 1);`),
    );
    await runner.query(`
      INSERT INTO monthly_figures (month, name, value)
      SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, 'copies_opened', count(*) FROM admin_audit WHERE action = 'report.open' GROUP BY 1`);
    await runner.query(`
      CREATE FUNCTION count_openings() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count_figure('copies_opened', 1); RETURN NULL; END $$`);
    await runner.query(`
      CREATE TRIGGER count_openings AFTER INSERT ON admin_audit FOR EACH ROW WHEN (NEW.action = 'report.open') EXECUTE FUNCTION count_openings()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION count_openings() CASCADE');
    await runner.query(`DELETE FROM monthly_figures WHERE name = 'copies_opened' OR starts_with(name, 'reports.decided_after.')`);
    await runner.query(decided(''));
  }
}
