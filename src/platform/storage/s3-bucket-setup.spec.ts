import {
  GetBucketLifecycleConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  S3ServiceException,
  type CORSRule,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DEAD_MAN_DAYS, setCors, setLifecycle, unguardedPrefixes } from './s3-bucket-setup.js';

/** The S3 server of the tests knows no lifecycle rules: a store that keeps what it is told, and no more. */
class Settings {
  rules?: LifecycleRule[];
  cors?: CORSRule[];

  send(command: object): Promise<object> {
    if (command instanceof PutBucketLifecycleConfigurationCommand) this.rules = command.input.LifecycleConfiguration?.Rules;
    else if (command instanceof PutBucketCorsCommand) this.cors = command.input.CORSConfiguration?.CORSRules;
    else if (command instanceof GetBucketLifecycleConfigurationCommand && !this.rules)
      return Promise.reject(failure('NoSuchLifecycleConfiguration'));
    return Promise.resolve({ Rules: this.rules });
  }
}

const failure = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: {} });
const refusing = (name: string) => ({ send: () => Promise.reject(failure(name)) }) as unknown as S3Client;
const PREFIXES = ['0', 'f', 'incoming/'];

describe('a bucket as `flits init` sets it up', () => {
  let settings: Settings;
  let client: S3Client;
  beforeEach(() => {
    settings = new Settings();
    client = settings as unknown as S3Client;
  });

  it('empties itself four days after its server was switched off, of what is mortal and nothing else', async () => {
    expect(await unguardedPrefixes(client, 'flits', PREFIXES)).toEqual(PREFIXES);
    expect(await setLifecycle(client, 'flits', PREFIXES)).toBe('set');
    expect(DEAD_MAN_DAYS).toBe(4);
    expect(settings.rules?.map(({ Filter, Status, Expiration }) => [Filter?.Prefix, Status, Expiration?.Days])).toEqual(
      PREFIXES.map((prefix) => [prefix, 'Enabled', 4]),
    );
    expect(settings.rules?.some(({ Filter }) => 'log/'.startsWith(Filter?.Prefix ?? ''))).toBe(false);
    expect(await unguardedPrefixes(client, 'flits', PREFIXES)).toEqual([]);
  });

  it.each<[string, Partial<LifecycleRule>]>([
    ['is switched off', { Status: 'Disabled' }],
    ['takes longer', { Expiration: { Days: 30 } }],
    ['guards something else', { Filter: { Prefix: 'elsewhere/' } }],
  ])('a rule that %s guards nothing', async (_what, change) => {
    await setLifecycle(client, 'flits', PREFIXES);
    settings.rules = settings.rules?.map((rule) => (rule.Filter?.Prefix === 'f' ? { ...rule, ...change } : rule));
    expect(await unguardedPrefixes(client, 'flits', PREFIXES)).toEqual(['f']);
  });

  it('lets browsers of the named origins PUT and GET with what links ask for, and nobody else', async () => {
    expect(await setCors(client, 'flits', ['https://app.example'])).toBe('set');
    const [rule] = settings.cors ?? [];
    expect(rule).toMatchObject({ AllowedOrigins: ['https://app.example'], AllowedMethods: ['GET', 'HEAD', 'PUT'] });
    expect(rule?.AllowedHeaders).toEqual(expect.arrayContaining(['content-type', 'range', 'x-amz-checksum-sha256']));
  });

  it('a store that knows no such settings is told from one that refuses them', async () => {
    expect(await setLifecycle(refusing('NotImplemented'), 'flits', PREFIXES)).toBe('unsupported');
    expect(await unguardedPrefixes(refusing('NotImplemented'), 'flits', PREFIXES)).toBe('unsupported');
    expect(await setCors(refusing('MethodNotAllowed'), 'flits', [])).toBe('unsupported');
    await expect(setLifecycle(refusing('AccessDenied'), 'flits', PREFIXES)).rejects.toThrow('AccessDenied');
  });
});
