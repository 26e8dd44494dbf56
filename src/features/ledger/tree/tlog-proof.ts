/** @returns C2SP tlog-proof@v1: the leaf as `extra` (its hash, not this line, is what is proven), index, path, signed checkpoint */
export function tlogProof(proof: { leaf: string; index: number; hashes: readonly Buffer[]; checkpoint: string }): string {
  return [
    'c2sp.org/tlog-proof@v1',
    `extra ${Buffer.from(proof.leaf).toString('base64')}`,
    `index ${proof.index}`,
    ...proof.hashes.map((hash) => hash.toString('base64')),
    '',
    proof.checkpoint,
  ].join('\n');
}
