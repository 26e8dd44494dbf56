import { WsAdapter } from '@nestjs/platform-ws';

/**
 * Nest's adapter for raw `ws`, without its message router: connections attach their own handlers, so the streams it would
 * build for each socket are spared, and its error log, which any peer could flood with bad frames.
 */
export class RealtimeAdapter extends WsAdapter {
  override bindMessageHandlers(): void {}

  override bindClientDisconnect(): void {}

  override bindErrorHandler<Server>(server: Server): Server {
    return server;
  }
}
