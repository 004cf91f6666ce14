import { commonDevice, isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { bool } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { itemSync } from '../core/read.ts';
import { refuseCodes } from '../core/refuse.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { astype } from '../creation/copy.ts';
import { resultType } from '../dtypes/result-type.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { max, min } from '../reduction/max.ts';
import { type Expr, input, type Operand, select as selectExpr } from '../scalar/expr.ts';
import { rows } from './basic.ts';
import { type IndexMode, indicesFor } from './mode.ts';
import { nonzero } from './nonzero.ts';

const whereKernel = /*#__PURE__*/ new Kernel('where', [selectExpr(input(0), input(1), input(2))]);

/** Anything but scalars as an array. */
function operandOf(x: ArrayLike): NdArray | Scalar {
  return x instanceof NdArray || isScalar(x) ? x : asarray(x);
}

/** Truth values of an array. */
function truth(condition: ArrayLike): NdArray {
  const c = asarray(condition);
  return c.dtype === bool ? c : astype(c, bool);
}

/**
 * Elements of `x` where the condition is true, of `y` elsewhere; all three broadcast. With the condition alone: `nonzero`.
 *
 * @throws {ValueError} if the shapes do not broadcast.
 * @example
 * import { array, where } from '@chainer/xp';
 * const x = array([-1, 2, -3]);
 * where(x.lt(0), 0, x).toArraySync(); // [0, 2, 0]
 */
export function where(condition: ArrayLike): NdArray[];
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NdArray;
export function where(condition: ArrayLike, x?: ArrayLike | null, y?: ArrayLike | null): NdArray | NdArray[] {
  if ((x ?? null) === null && (y ?? null) === null) return nonzero(asarray(condition));
  if (x === undefined || y === undefined || x === null || y === null) {
    throw new ValueError('[where] give both x and y, or neither');
  }
  const inputs = [truth(condition), operandOf(x), operandOf(y)];
  return launch(whereKernel.program(inputs), inputs, null, 'where')[0] as NdArray;
}

const selects = new Map<number, Kernel>();

/** First true condition's choice, else the default (the last operand). */
function selectKernel(n: number): Kernel {
  let kernel = selects.get(n);
  if (kernel === undefined) {
    let chosen: Expr = input(2 * n);
    for (let k = n - 1; k >= 0; k--) chosen = selectExpr(input(k), input(n + k), chosen);
    kernel = new Kernel('select', [chosen]);
    selects.set(n, kernel);
  }
  return kernel;
}

/**
 * Of several choices the one whose condition is the first that is true, element by element; `default` (0) where none is.
 *
 * In the scalar language, `select(condition, x, y)` is `condition ? x : y` for one element of a kernel.
 *
 * @throws {ValueError} unless there are as many conditions as choices, at least one.
 * @throws {DTypeError} for conditions that are not boolean.
 * @example
 * import { array, select } from '@chainer/xp';
 * const x = array([1, 5, 9]);
 * select([x.lt(3), x.lt(7)], [x, x.mul(10)], { default: -1 }).toArraySync(); // [1, 50, -1]
 */
export function select(condition: Operand, x: Operand, y: Operand): Expr;
export function select(
  conditions: readonly NdArray[],
  choices: readonly (NdArray | Scalar)[],
  options?: { readonly default?: NdArray | Scalar },
): NdArray;
export function select(
  conditions: readonly NdArray[] | Operand,
  choices: readonly (NdArray | Scalar)[] | Operand,
  last?: { readonly default?: NdArray | Scalar } | Operand,
): NdArray | Expr {
  if (!Array.isArray(conditions))
    return selectExpr(conditions as Operand, choices as Operand, last as Operand);
  checkOptions('select', last as { default?: NdArray | Scalar } | undefined, ['default']);
  const list = choices as readonly (NdArray | Scalar)[];
  if (conditions.length !== list.length || list.length === 0) {
    throw new ValueError(
      `[select] as many conditions as choices are needed, at least one; got ${conditions.length} and ${list.length}`,
    );
  }
  for (const c of conditions as readonly NdArray[]) {
    if (c.dtype !== bool) throw new DTypeError(`[select] conditions are boolean, got ${c.dtype.name}`);
  }
  const otherwise = (last as { readonly default?: NdArray | Scalar } | undefined)?.default ?? 0;
  const inputs = [...(conditions as readonly NdArray[]), ...list, otherwise];
  return launch(selectKernel(list.length).program(inputs), inputs, null, 'select')[0] as NdArray;
}

const chooses = new Map<number, Kernel>();

function chooseKernel(n: number): Kernel {
  let kernel = chooses.get(n);
  if (kernel === undefined) {
    let chosen = input(n);
    for (let k = n - 2; k >= 0; k--) chosen = selectExpr(input(0).eq(k), input(1 + k), chosen);
    kernel = new Kernel('choose', [chosen]);
    chooses.set(n, kernel);
  }
  return kernel;
}

/** Indices that are out of bounds, 0 for others. */
const outside = /*#__PURE__*/ new ElementwiseKernel('choose', 2, (index, count) =>
  selectExpr(index.lt(0).or(index.ge(count)), index, 0).cast('int32'),
);

/** Refuses indices outside `0 … count-1`. */
export function refuseOutside(index: NdArray, count: number, who: string, what: string): void {
  if (index.size === 0) return;
  const error = (i: Scalar) => new ValueError(`[${who}] ${what} ${i} is outside 0 … ${count - 1}`);
  if (!index.device.synchronous) {
    refuseCodes(outside.call([index, count]), error(-1).message, error);
    return;
  }
  const low = itemSync(min(index)) as number;
  const high = itemSync(max(index)) as number;
  if (low < 0 || high >= count) throw error(low < 0 ? low : high);
}

/**
 * Builds an array whose every element comes from the choice that `indices` names there; all broadcast.
 *
 * @param choices a list of arrays and scalars, or an array whose first axis lists them.
 * @throws {ValueError} for an index without a choice, unless `mode` is 'wrap' or 'clip'.
 * @example
 * import { array, choose } from '@chainer/xp';
 * choose(array([1, 0], { dtype: 'int32' }), [array([1, 2]), array([3, 4])]).toArraySync(); // [3, 2]
 */
export function choose(
  indices: NdArray,
  choices: readonly (NdArray | Scalar)[] | NdArray,
  options: { readonly mode?: IndexMode; readonly out?: NdArray | null } = {},
): NdArray {
  checkOptions('choose', options, ['mode', 'out']);
  const list = choices instanceof NdArray ? rows(choices) : choices;
  if (list.length === 0) throw new ValueError('[choose] there are no choices');
  const mode = options.mode ?? 'raise';
  const given = indices.dtype === bool ? astype(indices, 'int32') : indices;
  const index = indicesFor(given, list.length, mode, indices.device, 'choose');
  if (mode === 'raise') refuseOutside(index, list.length, 'choose', 'index');
  const strong = list.some((c) => c instanceof NdArray);
  const inputs = [index, ...(strong ? list : list.map((c) => asarray(c, { device: index.device })))];
  commonDevice(inputs, 'choose');
  // The index takes no part in the dtype of the result: only its own program's comparison sees it.
  const program = chooseKernel(list.length).program(inputs, [resultType(...inputs.slice(1))]);
  return launch(program, inputs, options.out ? [options.out] : null, 'choose')[0] as NdArray;
}
