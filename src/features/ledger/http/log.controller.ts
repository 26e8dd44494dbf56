import { Controller, Get, Header, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Config } from '../../../platform/config/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { LimitByAddress, Operation, Public } from '../../../platform/http/index.js';
import { LogReader, MAX_LEAVES } from '../log/log-reader.js';
import { LogReadersGuard } from './log-readers.guard.js';
import {
  commitmentParam,
  consistencyAnswer,
  consistencyQuery,
  leavesAnswer,
  leavesQuery,
  proofQuery,
  type ConsistencyQuery,
  type LeavesQuery,
  type ProofQuery,
} from './log.dto.js';

const TEXT = 'text/plain; charset=utf-8';
const FOR_EVER = 31_536_000;
const A_MOMENT = 5;

/** The public log. Where a token is needed (`LOG_PUBLIC=members`) no shared cache may keep an answer. */
@Controller('v1/log')
@UseGuards(LogReadersGuard)
export class LogController {
  constructor(
    private readonly log: LogReader,
    private readonly config: Config,
  ) {}

  @Get('checkpoint')
  @Public()
  @LimitByAddress('log')
  @Header('Content-Type', TEXT)
  @Operation({
    id: 'getLogCheckpoint',
    tag: 'log',
    summary: 'The signed head of the log',
    description: 'A new one about once an hour. Members alone may read the log where the operator says so; then send a token.',
    status: 200,
    gives: 'C2SP checkpoint: a signed note of origin, size and root',
    type: 'text/plain',
    codes: ['not_found', 'invalid_credentials'],
  })
  async checkpoint(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const head = await this.log.checkpoint();
    if (!head) throw new Fault('not_found', 'The log has no signed head yet; the first comes within moments of the first start.');
    this.#keep(reply, A_MOMENT);
    return head.note;
  }

  @Get('leaves')
  @Public()
  @LimitByAddress('log')
  @Operation({
    id: 'listLogLeaves',
    tag: 'log',
    summary: 'Leaves by position',
    description: `Positions \`from\` to \`to\` - 1, at most ${MAX_LEAVES}; fewer where the signed head ends before.`,
    status: 200,
    gives: 'In the order of their positions',
    answer: leavesAnswer,
    codes: ['invalid_credentials'],
  })
  async leaves(
    @Query({ schema: leavesQuery }) { from, to = from + MAX_LEAVES }: LeavesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const leaves = await this.log.leaves(from, to);
    // All that was asked for, or all that one page holds: that never changes.
    if (leaves.length > 0 && leaves.length === Math.min(to - from, MAX_LEAVES)) this.#keep(reply, FOR_EVER);
    return { items: leaves.map((leaf, offset) => ({ position: from + offset, leaf })) };
  }

  @Get('proofs/:commitment')
  @Public()
  @LimitByAddress('log')
  @Header('Content-Type', TEXT)
  @Operation({
    id: 'getLogProof',
    tag: 'log',
    summary: 'Proof that a snap was accepted, or that it is gone',
    status: 200,
    gives: 'C2SP tlog-proof, with the leaf as `extra` and the signed head below',
    type: 'text/plain',
    codes: ['invalid_credentials'],
  })
  async proof(
    @Param('commitment', { schema: commitmentParam }) commitment: string,
    @Query({ schema: proofQuery }) { leaf }: ProofQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const proof = await this.log.proof(Buffer.from(commitment, 'hex'), leaf);
    if (!proof) throw new Fault('not_found', 'The log holds no such leaf yet. Leaves are published about once an hour.');
    this.#keep(reply, A_MOMENT);
    return proof;
  }

  @Get('consistency')
  @Public()
  @LimitByAddress('log')
  @Operation({
    id: 'getLogConsistency',
    tag: 'log',
    summary: 'Proof that one head of the log continues another',
    status: 200,
    gives: 'The hashes, in base64',
    answer: consistencyAnswer,
    codes: ['not_found', 'invalid_credentials'],
  })
  async consistency(@Query({ schema: consistencyQuery }) { from, to }: ConsistencyQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const hashes = await this.log.consistency(from, to);
    if (!hashes) throw new Fault('not_found', 'The log has no heads of these sizes.');
    this.#keep(reply, FOR_EVER);
    return { from, to, hashes: hashes.map((hash) => hash.toString('base64')) };
  }

  #keep(reply: FastifyReply, seconds: number): void {
    if (this.config.LOG_PUBLIC !== 'public') return;
    void reply.header('cache-control', `public, max-age=${seconds}${seconds === FOR_EVER ? ', immutable' : ''}`);
  }
}
