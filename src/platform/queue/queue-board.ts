import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const POLL_SECONDS = 10;
/** Its page asks a stranger for fonts; it is readable without them. */
const FONTS = /<link href="https:[^>]*>\s*/g;

/** @see the Content-Security-Policy level 3; inline is style alone, no script, and nothing is loaded from elsewhere */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const BOARD_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
};

export interface QueueBoard {
  /** Path below which it is found. */
  readonly path: string;
  readonly isReadOnly: boolean;
  /** Called before everything: @throws Fault where somebody may not do that */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  readonly answer: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Bull Board for the queues of either store, on a Fastify of ours. Who is let in is for the caller to say. */
export async function serveQueueBoard(
  instance: FastifyInstance,
  queues: readonly Queue[],
  { path, isReadOnly, admit, answer }: QueueBoard,
): Promise<void> {
  const adapter = new FastifyAdapter().setBasePath(path);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: isReadOnly })),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: isReadOnly ? 'Queues (read only)' : 'Queues',
        hideDocsLink: true,
        pollingInterval: { showSetting: false, forceInterval: POLL_SECONDS },
      },
    },
  });
  // Its own answers with the words of whatever was thrown; what is thrown here goes to the scope's.
  adapter.setErrorHandler((error) => {
    throw error;
  });
  await instance.register(
    async (scope: FastifyInstance) => {
      scope.addHook('onRequest', async (request, reply) => {
        void reply.headers(BOARD_HEADERS);
        await admit(request);
      });
      scope.addHook('onSend', async (_request, _reply, payload) => (typeof payload === 'string' ? payload.replaceAll(FONTS, '') : payload));
      scope.setErrorHandler((error, request, reply) => answer(error, request, reply));
      await scope.register(adapter.registerPlugin());
    },
    { prefix: path },
  );
}
