import { createServer } from 'node:http';
import { once } from 'node:events';
import type { Config } from '../platform/config/index.js';
import type { Metrics } from '../platform/observability/index.js';

export interface AdminServer {
  close(): Promise<void>;
}

/** The admin port, loopback by default: metrics. No person's token is read here. */
export async function startAdminServer(config: Config, metrics: Metrics): Promise<AdminServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(config.ADMIN_PORT, config.ADMIN_HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${config.ADMIN_PORT} (ADMIN_PORT) is taken. Stop what listens there, or choose another one: ADMIN_PORT=${config.ADMIN_PORT + 10} npm start`,
      { cause: error },
    );
  }
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
