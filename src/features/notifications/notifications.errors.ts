import { Fault } from '../../platform/faults/index.js';

export const badEndpoint = () =>
  new Fault('validation_failed', 'This server does not send to such an endpoint.', {
    errors: [
      { pointer: '/subscription/endpoint', code: 'not_allowed', message: 'must be https, at a public address, without user and password' },
    ],
  });

export const noSuchProvider = () =>
  new Fault('validation_failed', 'This server sends no such wake-ups; see `push` in GET /v1/server.', {
    errors: [{ pointer: '/provider', code: 'not_allowed', message: 'is not set up on this server' }],
  });
