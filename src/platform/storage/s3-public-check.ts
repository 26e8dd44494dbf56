import { GetBucketAclCommand, GetBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { attemptS3, codeOf } from './s3-errors.js';

/** What stores answer where there is no policy, or where they do not know the call at all: both mean "nothing is given away". */
const NONE = ['NoSuchBucketPolicy', 'NotImplemented', 'MethodNotAllowed', 'Http405', 'Http501'];
const STRANGERS = /\/(?:AllUsers|AuthenticatedUsers)$/;

/**
 * What a stranger gets who asks for a bucket's listing. A bucket that lists itself to anybody shows how much is sent and when.
 * @param endpoint as people reach the store
 * @returns the status a request without any signature got, and how far the store's clock is off this machine's, ms
 */
export async function askAsStranger(endpoint: string, bucket: string): Promise<{ status: number; clockOffMs: number | undefined }> {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}`;
  url.search = '?list-type=2&max-keys=1';
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
  await answer.body?.cancel();
  const date = Date.parse(answer.headers.get('date') ?? '');
  return { status: answer.status, clockOffMs: Number.isNaN(date) ? undefined : date - Date.now() };
}

/** What a bucket's policy and ACL allow to anybody, as S3 names it (`s3:GetObject`, `READ`). */
export async function grantedToStrangers(client: S3Client, bucket: string): Promise<string[]> {
  const input = { Bucket: bucket };
  const policy = await ask(() => client.send(new GetBucketPolicyCommand(input)));
  const acl = await ask(() => client.send(new GetBucketAclCommand(input)));
  const byAcl = (acl?.Grants ?? []).flatMap(({ Grantee, Permission }) =>
    Permission && STRANGERS.test(Grantee?.URI ?? '') ? [Permission] : [],
  );
  return [...allowedToAll(policy?.Policy), ...byAcl];
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What S3 itself counts as no longer public: a network, an account or a thing in one. Other conditions a stranger can meet. */
const NARROWING = new Set(['aws:sourceip', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcearn', 'aws:sourceaccount', 'aws:principalorgid']);

function allowedToAll(text: string | undefined): string[] {
  if (!text) return [];
  const { Statement: statements = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  return [statements].flat().flatMap(({ Effect, Principal, Action = [], Condition = {} }) => {
    const who = typeof Principal === 'object' ? (Principal.AWS ?? []) : Principal;
    const isNarrow = Object.values(Condition).some((keys) => Object.keys(keys).some((key) => NARROWING.has(key.toLowerCase())));
    return Effect === 'Allow' && [who].flat().includes('*') && !isNarrow ? [Action].flat() : [];
  });
}

async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
  return attemptS3('check', () =>
    question().catch((error: unknown) => {
      if (!NONE.includes(codeOf(error))) throw error;
      return undefined;
    }),
  );
}
