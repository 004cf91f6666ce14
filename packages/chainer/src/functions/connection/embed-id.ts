import { ElementwiseKernel, IndexError, type NdArray, reshape } from '@chainer/xp/functions';
import { emptyOn, gatherOn, scatterOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import type { RowRule, Rows } from '../../core/collector.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { RowGradient } from '../../core/row-gradient.ts';
import { expectFloat, expectInteger, expectNdim } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const safeIds = /*#__PURE__*/ new ElementwiseKernel('embedId', 2, (x, ignore) =>
  x.eq(ignore).where(0, x).cast('int32'),
);
const masked = /*#__PURE__*/ new ElementwiseKernel('embedId', 3, (y, x, ignore) => x.eq(ignore).where(0, y));

/** Rows of zeros where the id is ignored. */
function maskRows(y: NdArray, ids: NdArray, ignore: number | null): NdArray {
  return ignore === null ? y : masked.call([y, reshape(ids, [...ids.shape, 1]), ignore]);
}

/** Ids that can be looked up: ignored ones point at row 0. */
function lookup(ids: NdArray, ignore: number | null): NdArray {
  return ignore === null ? ids : safeIds.call([ids, ignore]);
}

/** Zeros, and the gradients added to the rows that were looked up. */
function addedRows(ids: NdArray, gy: NdArray, shape: readonly number[]): NdArray {
  const gW = emptyOn(gy.device, shape, gy.dtype);
  gy.device.kernels.fill(gW, 0);
  if (gy.size > 0) scatterOn(gy.device).scatter(gW, ids, 0, gy, 'add');
  return gW;
}

/** From all ids and all gradients towards their rows. */
const rule: RowRule = {
  keep: (rows, i) => new RowGradient(rows, rule, i),
  gradient(_i, [ids, gy], shape) {
    return addedRows(ids as NdArray, gy as NdArray, shape);
  },
};

export class EmbedIDFunction extends FunctionNode {
  readonly label = 'EmbedIDFunction';
  readonly ignore: number | null;

  constructor(ignore: number | null) {
    super();
    this.ignore = ignore;
  }

  override checkTypes([x, W]: readonly [NdArray, NdArray]): void {
    expectInteger('embedId', 'x', x);
    expectFloat('embedId', 'W', W);
    expectNdim('embedId', 'W', W, 2);
  }

  forward([x, W]: readonly [NdArray, NdArray]): readonly NdArray[] {
    if (config.debug) checkIds(x, W.shape[0] as number, 0, this.ignore);
    this.retainInputs([0]);
    const y = emptyOn(W.device, [...x.shape, W.shape[1] as number], W.dtype);
    if (y.size > 0) gatherRows(W, x, this.ignore, y);
    return [maskRows(y, x, this.ignore)];
  }

  override get collects(): number {
    return 1;
  }

  override get collectsIds(): boolean {
    return true;
  }

  override collect(targets: readonly number[], [gy]: readonly (Variable | null)[]): Rows | null {
    if (!gy) return null;
    const x = this.getRetainedInput(0).array;
    const ids = reshape(lookup(x, this.ignore), [-1]);
    const rows = reshape(maskRows(gy.array, x, this.ignore), [ids.size, gy.shape[gy.ndim - 1] as number]);
    return { rule, inputs: targets.filter((i) => i === 1), rows: [ids, rows] };
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null, null];
    return [
      null,
      new EmbedIDGrad((this.inputs[1] as { shape: readonly number[] }).shape, this.ignore).apply1([
        this.getRetainedInput(0),
        gy,
      ]),
    ];
  }
}

/** The gradient of the table. */
class EmbedIDGrad extends FunctionNode {
  readonly label = 'EmbedIDGrad';
  private readonly shape: readonly number[];
  private readonly ignore: number | null;

  constructor(shape: readonly number[], ignore: number | null) {
    super();
    this.shape = shape;
    this.ignore = ignore;
  }

  forward([x, gy]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    return [addedRows(lookup(x, this.ignore), maskRows(gy, x, this.ignore), this.shape)];
  }

  override backward(
    _targets: readonly number[],
    [ggW]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [null, ggW ? new EmbedIDFunction(this.ignore).apply1([this.getRetainedInput(0), ggW]) : null];
  }
}

/** The rows of W; the device's complaint about an id becomes this function's. */
function gatherRows(W: NdArray, x: NdArray, ignore: number | null, y: NdArray): void {
  try {
    gatherOn(W.device).gather(W, lookup(x, ignore), 0, y);
  } catch (error) {
    const rows = W.shape[0] as number;
    if (error instanceof IndexError) checkIds(x, rows, -rows, ignore);
    throw error;
  }
}

/** @throws {IndexError} for the first id below `lowest` or from `rows` on. */
function checkIds(x: NdArray, rows: number, lowest: number, ignore: number | null): void {
  if (!x.device.synchronous) return;
  for (const v of x.dataSync()) {
    const id = Number(v);
    if (id !== ignore && (id < lowest || id >= rows))
      throw new IndexError(`[embedId] id ${id} is out of range for ${rows} rows of W`);
  }
}

/**
 * Rows of a table, by number: word embeddings.
 *
 * @param x integer ids of any shape
 * @param W `[V, D]`
 * @param options `ignoreLabel`: an id whose row is zeros and which takes no gradient.
 * @returns x's shape and one more axis of size D
 * @throws {InvalidType} if dtypes or axes do not fit.
 * @throws {IndexError} for an id out of range, where the device can tell.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const W = xp.array([[0, 0], [1, 1], [2, 2]]);
 * F.embedId(xp.array([2, 1], { dtype: 'int32' }), W).array.toArraySync(); // [[2, 2], [1, 1]]
 */
export function embedId(
  x: VariableLike,
  W: VariableLike,
  options: { readonly ignoreLabel?: number | null } = {},
): Variable {
  checkOptions('embedId', options, ['ignoreLabel']);
  return new EmbedIDFunction(options.ignoreLabel ?? null).apply1([x, W]);
}
