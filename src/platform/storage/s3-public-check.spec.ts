import { GetBucketPolicyCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { grantedToStrangers } from './s3-public-check.js';

const absent = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 404 } });

/** A store that has this policy and these grants. */
function storeWith(statements: readonly object[] | undefined, grants: readonly object[] = []): S3Client {
  const send = (command: object) => {
    if (!(command instanceof GetBucketPolicyCommand)) return Promise.resolve({ Grants: grants });
    if (!statements) return Promise.reject(absent('NoSuchBucketPolicy'));
    return Promise.resolve({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
  };
  return { send } as unknown as S3Client;
}

const allow = (Principal: unknown, Action: unknown) => ({ Effect: 'Allow', Principal, Action, Resource: 'arn:aws:s3:::flits/*' });

describe('what a bucket gives to strangers', () => {
  it.each([
    ['no policy at all', undefined, []],
    ['somebody named', [allow({ AWS: 'arn:aws:iam::1:user/flits' }, 's3:GetObject')], []],
    ['a denial for everybody', [{ ...allow('*', 's3:*'), Effect: 'Deny' }], []],
    ['everybody', [allow('*', 's3:GetObject')], ['s3:GetObject']],
    [
      'everybody, the long way',
      [allow({ AWS: ['arn:aws:iam::1:root', '*'] }, ['s3:GetObject', 's3:ListBucket'])],
      ['s3:GetObject', 's3:ListBucket'],
    ],
    [
      'everybody who says where they come from',
      [{ ...allow('*', 's3:GetObject'), Condition: { StringLike: { 'aws:Referer': 'https://flits.example/*' } } }],
      ['s3:GetObject'],
    ],
    [
      'everybody in a network of ours',
      [{ ...allow('*', 's3:GetObject'), Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }],
      [],
    ],
  ])('by its policy: %s', async (_what, statements, granted) => {
    expect(await grantedToStrangers(storeWith(statements), 'flits')).toEqual(granted);
  });

  it.each([
    ['http://acs.amazonaws.com/groups/global/AllUsers', ['READ']],
    ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', ['READ']],
    ['http://acs.amazonaws.com/groups/s3/LogDelivery', []],
  ])('by its ACL: %s', async (URI, granted) => {
    const grants = [
      { Grantee: { URI }, Permission: 'READ' },
      { Grantee: { ID: 'owner' }, Permission: 'FULL_CONTROL' },
    ];
    expect(await grantedToStrangers(storeWith(undefined, grants), 'flits')).toEqual(granted);
  });

  it('a store that knows neither gives nothing away; one that may not be asked is not taken to', async () => {
    const refusing = (name: string) => ({ send: () => Promise.reject(absent(name)) }) as unknown as S3Client;
    expect(await grantedToStrangers(refusing('NotImplemented'), 'flits')).toEqual([]);
    await expect(grantedToStrangers(refusing('AccessDenied'), 'flits')).rejects.toThrow('AccessDenied');
  });
});
