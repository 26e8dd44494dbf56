import { abba, script, type AbbaOptions } from './support/abba.js';
import { findS3Server, startS3 } from './support/own-s3.js';
import { report, reportSkipped, say } from './support/report.js';
import { Scratch } from './support/scratch.js';

/**
 * What an upload costs Node where the object store is S3: ticket and complete, with the bytes going past it, against the barest
 * server through which the same bytes are piped to the same store.
 */
const options: AbbaOptions = { measure: 'cpu', pairs: 7, warmUp: 1 };

const command = findS3Server();
if (command) await Scratch.with((scratch) => measure(scratch, command));
else reportSkipped('upload', 'versitygw is not on PATH, VERSITYGW names none, and npm run test:services has built none yet');

async function measure(scratch: Scratch, s3Server: string): Promise<void> {
  const env = await startS3(scratch, s3Server);
  const side = (name: string) => ({ script: script(`./upload/${name}`, import.meta.url), env });
  const control = await abba(side('proxy'), side('proxy'), options);
  const cpu = await abba(side('flits'), side('proxy'), options);
  const bytes = await abba(side('flits'), side('proxy'), { ...options, measure: 'figure', pairs: 1, warmUp: 0 });
  say(`  Node CPU an upload: ${Math.round(cpu.a)} µs to ${Math.round(cpu.b)} µs proxied`);
  report({
    name: 'upload',
    controls: { 'proxy, twice': control.ratio },
    results: [
      { name: 'Node CPU an upload, to proxying it', value: cpu.ratio, at_most: 0.05, details: { quartiles: cpu.quartiles } },
      { name: 'bytes a phone sends to the api an upload', value: bytes.a, at_most: 4096, details: { proxied: bytes.b } },
    ],
    figures: { cpu_micros: Math.round(cpu.a), proxied_cpu_micros: Math.round(cpu.b) },
  });
}
