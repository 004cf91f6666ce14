import { extentOf, type NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import type { Block } from './gpu.ts';
import { blockOf } from './kernel.ts';

/** What one run has to bind: each buffer once, however many operands lie in it, and where each operand starts. */
export class Bindings {
  readonly blocks: Block[] = [];
  /** Which buffer each operand lies in, and its first element there. */
  readonly places: number[] = [];
  readonly offsets: number[] = [];
  private readonly writes: boolean[] = [];

  /** Takes up an operand. */
  add(x: NdArray, write: boolean): void {
    const block = blockOf(x);
    let place = this.blocks.indexOf(block);
    if (place < 0) {
      place = this.blocks.push(block) - 1;
      this.writes.push(write);
    } else if (write) this.writes[place] = true;
    this.places.push(place);
    this.offsets.push(x.offset);
  }

  /** One letter for each buffer. */
  get access(): string {
    return this.writes.map((w) => (w ? 'w' : 'r')).join('');
  }

  /**
   * Where there are more buffers than a kernel may bind: copies what is only read into one of them.
   *
   * @param operands those that were taken up, in order.
   * @returns the buffer to give back after the run, or null.
   */
  fit(ctx: Context, operands: readonly NdArray[], limit: number): Block | null {
    if (this.blocks.length <= limit) return null;
    const kept = this.blocks.filter((_, k) => this.writes[k]);
    const room = limit - kept.length - 1;
    const reads = this.blocks.filter((_, k) => !this.writes[k]);
    const packed = new Set(reads.slice(Math.max(room, 0)));
    let size = 0;
    const moves: {
      readonly operand: number;
      readonly from: number;
      readonly to: number;
      readonly n: number;
    }[] = [];
    operands.forEach((x, k) => {
      if (!packed.has(this.blocks[this.places[k]!]!)) return;
      const [low, high] = extentOf(x.shape, x.steps, x.offset) ?? [0, -1];
      moves.push({ operand: k, from: low, to: size, n: high - low + 1 });
      size += high - low + 1;
    });
    const joint = ctx.memory.scratch(size * 4);
    for (const { operand, from, to, n } of moves)
      ctx.gpu.copy(this.blocks[this.places[operand]!]!, from * 4, joint, to * 4, n * 4);
    const left = this.blocks.filter((b) => !packed.has(b));
    const moved = new Map(moves.map((m) => [m.operand, m]));
    operands.forEach((x, k) => {
      const move = moved.get(k);
      if (move !== undefined) this.offsets[k] = x.offset - move.from + move.to;
      this.places[k] = move === undefined ? left.indexOf(this.blocks[this.places[k]!]!) : left.length;
    });
    const writes = left.map((b) => this.writes[this.blocks.indexOf(b)]!);
    this.blocks.splice(0, Infinity, ...left, joint);
    this.writes.splice(0, Infinity, ...writes, false);
    return joint;
  }
}
