import pg from 'pg';
import { entities } from '../src/app/entities.js';
import { erasables } from '../src/app/erasables.js';
import { bringUpServices } from '../src/app/services.js';
import { LogArchive, LogKey, logKeyOf, LogTables, Receipts, Sequencer } from '../src/features/ledger/index.js';
import { LogReader } from '../src/features/ledger/log/log-reader.js';
import { checkpointText, join, signNote } from '../src/features/ledger/tree/index.js';
import { Ids, Random } from '../src/platform/ids/index.js';
import { createDataSource, Database } from '../src/platform/database/index.js';
import { createLogger, Metrics } from '../src/platform/observability/index.js';
import { Platform } from '../src/platform/platform.js';
import { FilledLog } from './proof/fill-log.js';
import { median, receiptMicros, statementMicros } from './proof/parts.js';
import { CostMeter } from './purge/cost.js';
import { openBareDatabase } from './send-api/bare-database.js';
import { script } from './support/abba.js';
import { benchConfig } from './support/bench-config.js';
import { asSuper, startPostgres } from './support/postgres.js';
import { report, say } from './support/report.js';
import { Scratch } from './support/scratch.js';
import { SideProcess } from './support/side-process.js';

/** What the public log costs: its share of a send's CPU, part by part; and an inclusion proof in a small and a large tree. */
const PUBLISHED = 20_000;
const PROOFS = 1000;
const WARM_UP = 3;
const SIZES = [1000, 32_000, Number(process.env.BENCH_LEAVES ?? 1_000_000)] as const;
const SEND_ROUNDS = 4;
/** Twice the hashes make twice the work; pages of a large table that nobody has read lately may cost half as much again. */
const SLACK = 1.5;

await Scratch.with(async (scratch) => {
  const parts = await sendParts(scratch);
  const publishing = await publishMicros(scratch);
  const node = await nodeMicros();
  const log = parts.leaf + parts.receipt + parts.outbox + publishing;
  const whole = node + parts.statement + publishing;
  say(
    `  a send: ${node.toFixed(0)} µs of Node, ${parts.statement.toFixed(0)} of PostgreSQL; then ${publishing.toFixed(0)} to publish its leaf`,
  );
  const proofs = await proofCosts(scratch);
  for (const { size, hashes, micros } of proofs) say(`  proof of one leaf in ${size}: ${hashes} hashes, ${micros.toFixed(0)} µs`);
  const [small, large] = [proofs[0]!, proofs.at(-1)!];
  const twice = await proofCosts(scratch, [SIZES[0]]);
  report({
    name: 'proof',
    controls: { 'proofs in the small tree, twice': twice[0]!.micros / small.micros },
    results: [
      { name: "the log's share of a send's CPU", value: log / whole, at_most: 0.2, details: { ...parts, publishing, node } },
      {
        name: `a proof in ${large.size} leaves, to one in ${small.size}`,
        value: large.micros / small.micros,
        at_most: SLACK * (Math.log2(large.size) / Math.log2(small.size)),
      },
      { name: `hashes of a proof in ${large.size} leaves`, value: large.hashes, at_most: Math.ceil(Math.log2(large.size)) },
    ],
    figures: {
      micros: { commitment_and_leaf: parts.leaf, receipt: parts.receipt, outbox_row: parts.outbox, publishing_a_leaf: publishing },
      proofs,
    },
  });
});

async function sendParts(scratch: Scratch) {
  const { pool, crowd, hours } = await openBareDatabase(scratch, 1);
  const client = await pool.connect();
  try {
    const statement = await statementMicros(client, crowd, hours);
    const config = benchConfig('unused');
    const random = new Random();
    const ids = new Ids(random);
    return { ...statement, ...receiptMicros(new Receipts(logKeyOf(config), hours), hours, ids, random) };
  } finally {
    client.release();
  }
}

/** Node's CPU for a whole send over HTTP. */
async function nodeMicros(): Promise<number> {
  const side = await SideProcess.start(script('./send-api/flits', import.meta.url));
  try {
    const rounds: number[] = [];
    for (let n = 0; n <= SEND_ROUNDS; n += 1) rounds.push((await side.round()).cpu);
    return median(rounds.slice(1));
  } finally {
    await side.close();
  }
}

/** CPU µs a leaf, of this process and PostgreSQL: positions, nodes, object, head. */
async function publishMicros(scratch: Scratch): Promise<number> {
  const postgres = await startPostgres(scratch);
  const urls = await postgres.createDatabase('publish');
  const overrides = { DATABASE_URL: urls.appUrl.reveal(), DATABASE_OWNER_URL: urls.ownerUrl.reveal() };
  const log = createLogger({ level: 'warn' });
  const { config } = await bringUpServices(benchConfig(await scratch.folder(), overrides), log);
  const platform = scratch.keep(await Platform.open({ config, log, metrics: new Metrics(), entities, erasables }), (open) => open.close());
  const { database, store, hours } = platform;
  await database.query(
    `INSERT INTO ledger_outbox (subject, leaf, written_at)
     SELECT sha256(n::text::bytea), 'ACCEPT v1 | ' || encode(sha256(n::text::bytea), 'hex') || ' | 1795204800000', flits_now() - interval '3 hours'
     FROM generate_series(1, $1::int) AS n`,
    [PUBLISHED],
  );
  const sequencer = new Sequencer(database, new LogTables(database), new LogArchive(store), logKeyOf(config), hours);
  return asSuper(postgres.superUrl, async (superuser) => {
    const meter = new CostMeter(superuser);
    await meter.restart();
    await sequencer.run();
    const { cpu } = meter.read();
    const [row] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM log_leaves');
    if (row?.n !== PUBLISHED) throw new Error(`${row?.n} leaves were published`);
    return (cpu * 1000) / PUBLISHED;
  });
}

interface ProofCost {
  readonly size: number;
  readonly hashes: number;
  readonly micros: number;
}

/** CPU µs of one proof as the HTTP route asks for it, of this process and PostgreSQL. */
async function proofCosts(scratch: Scratch, sizes: readonly number[] = SIZES): Promise<ProofCost[]> {
  const postgres = await startPostgres(scratch);
  const { ownerUrl, appUrl } = await postgres.createDatabase('proofs');
  const open = async (url: typeof ownerUrl) => {
    const source = await createDataSource({ url, poolSize: 1, settings: { statement_timeout: '0' } }).initialize();
    return scratch.keep(new Database(source), () => source.destroy());
  };
  const [owner, database] = [await open(ownerUrl), await open(appUrl)];
  const log = new FilledLog(owner);
  const tables = new LogTables(database);
  const reader = new LogReader(tables);
  const key = new LogKey(benchConfig('unused').LOG_SIGNING_KEY!, 'bench.example/log');
  const superuser = new pg.Client({ connectionString: postgres.superUrl.reveal() });
  await superuser.connect();
  const meter = new CostMeter(superuser);
  const costs: ProofCost[] = [];
  for (const size of sizes) {
    await log.growTo(size);
    await owner.query('ANALYZE log_leaves, log_nodes, ledger_outbox');
    await tables.publish(size, signNote(checkpointText(key.origin, size, join(log.edge)), key));
    const asked = Array.from({ length: PROOFS }, (_, n) => log.commitments[Math.floor((n * size) / PROOFS)]!);
    for (let n = 0; n < WARM_UP; n += 1) for (const commitment of asked) await reader.proof(commitment, 'accept');
    await meter.restart();
    let lines = 0;
    for (const commitment of asked)
      lines = Math.max(lines, (await reader.proof(commitment, 'accept'))!.split('\n\n')[0]!.split('\n').length);
    costs.push({ size, hashes: lines - 3, micros: (meter.read().cpu * 1000) / PROOFS });
  }
  await superuser.end();
  return costs;
}
