export { checkpointText, signNote, type Signer } from './checkpoint.js';
export { grow, join, type TreeNode } from './growth.js';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './hashes.js';
export { consistencyRanges, inclusionRanges, nodesOf, type NodeId, type Range } from './ranges.js';
export { tlogProof } from './tlog-proof.js';
export { provesConsistency, provesInclusion, type Head } from './verify.js';
