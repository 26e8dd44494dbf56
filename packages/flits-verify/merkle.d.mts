export interface Head {
  size: number;
  root: Buffer;
}
export function hashOfLeaf(leaf: string | Buffer): Buffer;
export function rootByInclusion(leafHash: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer | undefined;
export function isContinued(older: Head, newer: Head, proof: readonly Buffer[]): boolean;
export class GrowingTree {
  readonly size: number;
  add(leaf: string | Buffer): void;
  root(): Buffer;
}
