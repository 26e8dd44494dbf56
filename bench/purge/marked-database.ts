import type { DataSource } from 'typeorm';
import { Database } from '../../src/platform/database/index.js';
import type { Cost, CostMeter } from './cost.js';

/** Reads the meter at the end of each query: tells how far a closing hour has come, without a change to what closes it. */
export class MarkedDatabase extends Database {
  #marks: { readonly text: string; readonly cost: Cost }[] = [];

  constructor(
    dataSource: DataSource,
    private readonly meter: CostMeter,
  ) {
    super(dataSource);
  }

  override async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const rows = await super.query<Row>(text, values);
    this.#marks.push({ text, cost: this.meter.read() });
    return rows;
  }

  async restart(): Promise<void> {
    this.#marks = [];
    await this.meter.restart();
  }

  /** The cost from `restart` to the end of the first query whose text begins so. */
  until(beginning: string): Cost {
    const mark = this.#marks.find(({ text }) => text.startsWith(beginning));
    if (!mark) throw new Error(`no query began with ${beginning}`);
    return mark.cost;
  }
}
