import fastify, { type FastifyRequest } from 'fastify';
import { sendToNamed, type SendRow } from '../../src/features/snaps/send.statement.js';
import { freePort } from '../../src/embedded/free-port.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';
import { openBareDatabase } from './bare-database.js';
import { Clients } from './clients.js';
import type { Load } from './client.js';
import { sealedValues, signedReceipt } from './same-cryptography.js';
import { parametersOf, sendValues } from './send-values.js';

/**
 * The baseline: Fastify, its own JSON, and the very statement that Flits runs. It believes whoever says who they are, checks
 * nothing, seals nothing, signs no receipt, logs nothing. BENCH_CRYPTOGRAPHY=1: it does seal, and signs.
 */
const SENDS = Number(process.env.BENCH_SENDS ?? 2500);
const CONNECTIONS = 16;

const IS_SEALED = process.env.BENCH_CRYPTOGRAPHY === '1';

type Sending = FastifyRequest<{ Body: { text: string; to: { user_ids: string[] } } }>;

const scratch = new Scratch();
const clients = new Clients();
let load: Load;

serveSide({
  prepare: async () => {
    const { pool, crowd, hours } = await openBareDatabase(scratch, CONNECTIONS);
    const app = scratch.keep(fastify(), (running) => running.close());
    app.post('/v1/snaps', async (request: Sending, reply) => {
      const sender = request.headers['x-sender'] as string;
      const { text, to } = request.body;
      const values = IS_SEALED
        ? sealedValues(hours, sender, to.user_ids, text, request.headers['idempotency-key'] as string)
        : sendValues(hours, sender, to.user_ids);
      const { rows } = await pool.query<SendRow>({ name: sendToNamed.name, text: sendToNamed.text, values: parametersOf(values) });
      if (!rows[0]?.is_kept) throw new Error(`a send came out as ${rows[0]?.verdict}`);
      return reply.code(201).send({
        id: values.id,
        deadline: rows[0].deadline,
        receipt: IS_SEALED ? signedReceipt(values.commitment) : undefined,
      });
    });
    const port = await freePort();
    await app.listen({ host: '127.0.0.1', port });
    load = {
      port,
      callers: crowd.senders.map(({ personId }) => ({ token: 'x'.repeat(300), personId })),
      recipients: crowd.recipients,
      sends: SENDS,
    };
  },
  round: async () => {
    await clients.send(load);
    return { units: SENDS };
  },
  close: async () => {
    await clients.close();
    await scratch.end();
  },
});
