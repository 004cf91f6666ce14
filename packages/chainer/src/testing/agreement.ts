import { array, type Device, NdArray } from '@chainer/xp';
import { grad } from '../core/backward.ts';
import { Variable } from '../core/variable.ts';
import { assertAllclose } from './assert-allclose.ts';
import type { Tolerance } from './describe-function.ts';

/** What a function gives for some arguments: results, gradients towards its arguments, and gradients of these. */
export interface Results {
  readonly outputs: readonly NdArray[];
  /** Null where there is no gradient. */
  readonly gradients: readonly (NdArray | null)[];
  readonly secondGradients: readonly (NdArray | null)[];
}

/** The arguments of a run: those of the function, gradients of its results, and factors of the gradients. */
export interface Arguments {
  readonly xs: readonly NdArray[];
  /** Empty for functions without gradients. */
  readonly gys: readonly NdArray[];
  /** Null for arguments that have no gradient. */
  readonly ggs: readonly (NdArray | null)[];
}

type Apply = (...xs: Variable[]) => Variable | readonly Variable[];

/** The same elements, in the same order in memory, on another device. */
export function movedTo(x: NdArray, device: Device): NdArray {
  const n = Math.floor(x.storage.nbytes / x.dtype.itemsize);
  const whole = new NdArray(x.storage, x.dtype, [n]);
  const moved = array(whole.dataSync(), { dtype: x.dtype, device });
  return new NdArray(moved.storage, x.dtype, x.shape, x.steps, x.offset);
}

const arrayOf = (x: Variable | null): NdArray | null => x?.array ?? null;

/** Forward, backward and backward again: `Σ ⟨gg, gx⟩` towards arguments and gradients of results. */
export function resultsOf(apply: Apply, { xs, gys, ggs }: Arguments): Results {
  const inputs = xs.map((x) => new Variable(x, { requiresGrad: x.dtype.kind === 'f' }));
  const ys = [apply(...inputs)].flat() as Variable[];
  const outputs = ys.map((y) => y.array);
  if (gys.length === 0) return { outputs, gradients: [], secondGradients: [] };
  const gradOutputs = gys.map((gy) => new Variable(gy));
  const wanted = inputs.filter((x) => x.requiresGrad);
  const found = grad(ys, wanted, { gradOutputs, enableDoubleBackprop: true });
  const factors = ggs.filter((gg) => gg !== null);
  const known = [...found.keys()].filter((k) => found[k]?.requiresGrad);
  const second = grad(
    known.map((k) => found[k] as Variable),
    [...wanted, ...gradOutputs],
    { gradOutputs: known.map((k) => new Variable(factors[k] as NdArray, { requiresGrad: false })) },
  );
  return { outputs, gradients: found.map(arrayOf), secondGradients: second.map(arrayOf) };
}

/** Compares results of a device that is read by waiting with those of `js`. */
export async function assertAgreement(
  found: Results,
  expected: Results,
  device: Device,
  tolerances: {
    readonly forward: Tolerance;
    readonly backward: Tolerance;
    readonly doubleBackward: Tolerance;
  },
): Promise<void> {
  const parts = [
    ['result', found.outputs, expected.outputs, tolerances.forward],
    ['gradient', found.gradients, expected.gradients, tolerances.backward],
    ['second gradient', found.secondGradients, expected.secondGradients, tolerances.doubleBackward],
  ] as const;
  for (const [what, ours, theirs, tolerance] of parts) {
    if (ours.length !== theirs.length)
      throw new Error(`there are ${ours.length} ${what}s, on js ${theirs.length}`);
    const read = await Promise.all(ours.map(async (x) => x && (await x.toAsync('js'))));
    for (const [k, x] of read.entries()) {
      const y = theirs[k] as NdArray | null;
      if ((x === null) !== (y === null))
        throw new Error(
          `${what} ${k} is ${x === null ? 'null' : 'there'}, on js ${y === null ? 'null' : 'there'}`,
        );
      if (x === null || y === null) continue;
      if (ours[k]?.device !== device)
        throw new Error(`${what} ${k} is on ${ours[k]?.device.name}, expected ${device.name}`);
      if (x.dtype !== y.dtype) throw new Error(`${what} ${k} is ${x.dtype.name}, on js ${y.dtype.name}`);
      try {
        assertAllclose(x, y, tolerance);
      } catch (error) {
        throw new Error(`${what} ${k}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}
