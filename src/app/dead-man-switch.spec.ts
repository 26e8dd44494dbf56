import { ObjectStoreError } from '../platform/storage/index.js';
import { judge } from './dead-man-switch.js';

describe('the dead man’s switch, at the start', () => {
  const warn = jest.fn();
  beforeEach(() => warn.mockReset());

  const start = (answer: readonly string[] | 'unsupported' | Error) =>
    judge('flits', { unguardedPrefixes: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)) }, ['0', 'f'], {
      warn,
    });

  it('is quiet where every mortal prefix has its rule', async () => {
    await start([]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('says what is missing and what sets it', async () => {
    await start(['f']);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Bucket flits has no rule that empties it 4 days after .*flits init/));
  });

  it('warns, and starts, where the store knows no rules or does not let us read them', async () => {
    await start('unsupported');
    await start(new ObjectStoreError('lifecycle', 'AccessDenied'));
    expect(warn).toHaveBeenCalledTimes(2);
  });
});
