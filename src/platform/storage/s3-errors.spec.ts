import { ObjectStoreError } from './object-store.js';
import { attemptS3, codeOf } from './s3-errors.js';

const errorWith = (members: object) => Object.assign(new Error('words'), members);

describe('codeOf', () => {
  it.each<[string, object]>([
    ['AccessDenied', { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }],
    ['NoSuchKey', { name: 'NoSuchKey', Code: 'NoSuchKey' }],
    ['ECONNREFUSED', { code: 'ECONNREFUSED', $metadata: { attempts: 3 } }],
    ['ECONNREFUSED', { name: 'AggregateError', code: 'ECONNREFUSED' }],
    ['TimeoutError', { name: 'TimeoutError', code: 'ETIMEDOUT' }],
    ['TimeoutError', { name: 'AbortError' }],
    ['Http403', { name: 'Unknown', $metadata: { httpStatusCode: 403 } }],
    ['Http503', { name: 'UnknownError', $metadata: { httpStatusCode: 503 } }],
    ['Unknown', {}],
  ])('%s', (expected, members) => {
    expect(codeOf(errorWith(members))).toBe(expected);
  });
});

describe('attemptS3', () => {
  it('gives a code in the place of whatever was thrown', async () => {
    const failing = attemptS3('get', () => Promise.reject(errorWith({ name: 'SlowDown', SignatureProvided: 'c4n4ry' })));
    await expect(failing).rejects.toEqual(new ObjectStoreError('get', 'SlowDown'));
  });

  it('leaves an answer, and a fault of the caller, alone', async () => {
    await expect(attemptS3('get', () => Promise.resolve(1))).resolves.toBe(1);
    await expect(attemptS3('get', () => Promise.reject(new RangeError('a bug')))).rejects.toThrow(RangeError);
  });
});
