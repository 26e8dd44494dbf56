import { EMPTY_ROOT, nodeHash } from './hashes.js';
import type { NodeId } from './ranges.js';

export interface TreeNode extends NodeId {
  readonly hash: Buffer;
}

/**
 * Adds leaves to a tree of which only the right edge is known, in O(1) hashes a leaf.
 *
 * @param edge the complete subtrees of the tree so far, left to right: `nodesOf({ start: 0, end: size })` with their hashes
 * @returns the edge afterwards, and every subtree of level 1 and above that became complete
 */
export function grow(size: number, edge: readonly TreeNode[], leafHashes: readonly Buffer[]): { edge: TreeNode[]; completed: TreeNode[] } {
  const stack = [...edge];
  const completed: TreeNode[] = [];
  leafHashes.forEach((hash, offset) => {
    let node: TreeNode = { level: 0, index: size + offset, hash };
    for (let left = stack.at(-1); left && left.level === node.level; left = stack.at(-1)) {
      stack.pop();
      node = { level: node.level + 1, index: left.index / 2, hash: nodeHash(left.hash, node.hash) };
      completed.push(node);
    }
    stack.push(node);
  });
  return { edge: stack, completed };
}

/** The hash over neighbouring complete subtrees, left to right, as RFC 6962 §2.1 joins them: the right ones first. */
export function join(nodes: readonly { readonly hash: Buffer }[]): Buffer {
  const [last, ...rest] = nodes.map(({ hash }) => hash).reverse();
  return rest.reduce((right, left) => nodeHash(left, right), last ?? EMPTY_ROOT);
}
