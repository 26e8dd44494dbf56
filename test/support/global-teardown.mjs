import { once } from 'node:events';

/** Lets go of the helper process and waits until its server is stopped and its folder gone. */
export default async function tearDown() {
  const child = globalThis.flitsTestPostgres;
  if (!child || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin.end();
  await gone;
}
