import { ObjectStoreError } from '../platform/storage/index.js';
import { judge } from './dead-man-switch.js';

describe('the dead man’s switch, at the start', () => {
  const warn = jest.fn();
  beforeEach(() => warn.mockReset());

  const start = (answer: readonly string[] | 'unsupported' | Error, NODE_ENV: 'production' | 'development') =>
    judge(
      'flits',
      { unguardedPrefixes: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)) },
      ['0', 'f'],
      { NODE_ENV },
      { warn },
    );

  it('is quiet where every mortal prefix has its rule', async () => {
    await start([], 'production');
    expect(warn).not.toHaveBeenCalled();
  });

  it('production refuses to start without it and says what sets it; elsewhere it is a warning', async () => {
    await expect(start(['f'], 'production')).rejects.toThrow('Bucket flits has no rule that empties it 4 days after');
    await expect(start(['f'], 'production')).rejects.toThrow('flits init');
    await start(['f'], 'development');
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('warns, and starts, where the store knows no rules or does not let us read them', async () => {
    await start('unsupported', 'production');
    await start(new ObjectStoreError('lifecycle', 'AccessDenied'), 'production');
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
