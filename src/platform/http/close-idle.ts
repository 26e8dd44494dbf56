import type { FastifyInstance } from 'fastify';

const EVERY_MS = 50;

/**
 * A closing server closes idle connections once. One that was answering at that moment stays open afterwards, and would hold
 * up the process until its keep-alive time is over: so idle ones are looked for until the last is closed.
 */
export function closeIdleWhileClosing(instance: FastifyInstance): void {
  instance.addHook('preClose', (done) => {
    const { server } = instance;
    if (server.listening) {
      const timer = setInterval(() => server.closeIdleConnections(), EVERY_MS);
      server.once('close', () => clearInterval(timer));
    }
    done();
  });
}
