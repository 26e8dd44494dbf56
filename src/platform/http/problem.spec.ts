import { NotFoundException, PayloadTooLargeException, HttpException } from '@nestjs/common';
import { errorCodes, Fault, type ErrorCode } from '../faults/index.js';
import { faultOf, problemOf } from './problem.js';

const request = { id: 'r1', url: '/v1/users/alice?token=secret' };

describe('problems', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('%s is answered as the table says, in the members of RFC 9457 and ours', (code) => {
    const { status, body } = problemOf(new Fault(code, 'Words.'), request);
    expect(status).toBe(errorCodes[code].status);
    expect(body).toMatchObject({
      type: `urn:flits:error:${code}`,
      title: errorCodes[code].title,
      status,
      instance: '/v1/users/alice',
      code,
      request_id: 'r1',
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('R1: not_found reads the same whoever refuses', () => {
    const details = ['No such friend.', 'No such snap.'].map((detail) => problemOf(new Fault('not_found', detail), request).body);
    expect(details[0]).toEqual(details[1]);
  });

  it('members of a fault never replace the standard ones', () => {
    const { body } = problemOf(new Fault('device_limit', 'Full.', { members: { devices: [1], status: 200, code: 'x' } }), request);
    expect(body).toMatchObject({ devices: [1], status: 409, code: 'device_limit' });
  });

  it('says when to come back', () => {
    expect(problemOf(new Fault('rate_limited', '', { retryAfterSeconds: 0.2 }), request).headers['retry-after']).toBe('1');
    expect(problemOf(new Fault('unavailable', ''), request).headers['retry-after']).toBe('5');
    expect(problemOf(new Fault('not_found', ''), request).headers).not.toHaveProperty('retry-after');
  });

  it('names the scheme with every 401 (RFC 6750 §3)', () => {
    expect(problemOf(new Fault('invalid_credentials', ''), request).headers['www-authenticate']).toBe('Bearer');
    expect(problemOf(new Fault('token_expired', ''), request).headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('R55: tells nothing of an unknown error', () => {
    const fault = faultOf(new Error('password=hunter2 at /srv/app'));
    expect(fault.code).toBe('internal');
    expect(JSON.stringify(problemOf(fault, request).body)).not.toMatch(/hunter2|srv/);
  });

  it.each([
    [new NotFoundException('Cannot GET /x'), 'not_found'],
    [new PayloadTooLargeException(), 'too_large'],
    [new HttpException('x', 405), 'not_found'],
    [new HttpException('x', 415), 'unsupported_media'],
    [new HttpException('x', 400), 'bad_request'],
    [new HttpException('x', 500), 'internal'],
    ['a string was thrown', 'internal'],
  ])('%s becomes %s', (error, code) => {
    expect(faultOf(error).code).toBe(code);
  });
});
