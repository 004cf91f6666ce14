import { array, type NdArray } from '@chainer/xp';
import { checkOptions } from '../core/check-options.ts';

/** A function has a kink (or a jump) where its gradient was asked for, so that differences say nothing. */
export class NondifferentiableError extends Error {
  override readonly name = 'NondifferentiableError';
}

/** How differences are taken. */
export interface DifferenceOptions {
  /** Half the distance of the two points; 1e-3 unless given. */
  readonly eps?: number;
  /** Look for kinks by three more points. */
  readonly detectNondifferentiable?: boolean;
  /** How far the points may lie from a parabola: absolutely, and relative to how much the values change. */
  readonly diffAtol?: number;
  readonly diffRtol?: number;
}

/** Elements in C order as float64 numbers, on the host. */
export function hostNumbers(x: NdArray): Float64Array {
  return x.to('js').astype('float64').dataSync() as Float64Array;
}

/**
 * Central difference of `Σ ⟨gy, f(t)⟩` at `t = 0`, in float64.
 *
 * @param f outputs at parameter `t`, as numbers
 * @throws {NondifferentiableError} if that is to be detected.
 */
export function differenceOf(
  f: (t: number) => readonly Float64Array[],
  gradOutputs: readonly (Float64Array | null)[],
  options: DifferenceOptions = {},
): number {
  const { eps = 1e-3 } = options;
  const high = f(eps);
  const low = f(-eps);
  if (options.detectNondifferentiable) {
    const points = [low, f(-eps / 2), f(0), f(eps / 2), high];
    points[0]?.forEach((_, k) => {
      if (gradOutputs[k] !== null)
        requireSmooth(
          points.map((p) => p[k] as Float64Array),
          options,
        );
    });
  }
  let total = 0;
  gradOutputs.forEach((gy, k) => {
    if (gy === null) return;
    const a = high[k] as Float64Array;
    const b = low[k] as Float64Array;
    for (let i = 0; i < gy.length; i++) total += ((a[i] as number) - (b[i] as number)) * (gy[i] as number);
  });
  return total / (2 * eps);
}

/** What is left of five equidistant values after the best parabola; the weights are orthogonal to 1, t and t². */
const cubic = [-1, 2, 0, -2, 1] as const;
const quartic = [1, -4, 6, -4, 1] as const;

function requireSmooth(
  points: readonly Float64Array[],
  { diffAtol = 0, diffRtol = 1e-2 }: DifferenceOptions,
): void {
  const n = (points[0] as Float64Array).length;
  for (let i = 0; i < n; i++) {
    const y = points.map((p) => p[i] as number);
    const finite = y.filter(Number.isFinite).length;
    if (finite === 0) continue;
    const dot = (w: readonly number[]) => w.reduce((sum, c, k) => sum + c * (y[k] as number), 0);
    const residual = Math.sqrt(dot(cubic) ** 2 / 10 + dot(quartic) ** 2 / 70);
    const change = Math.max(...y) - Math.min(...y);
    if (finite < 5 || residual > diffAtol + diffRtol * change) {
      throw new NondifferentiableError(
        `[numericalGrad] the function is not smooth here: output element ${i} takes the values ${y.map((v) => v.toPrecision(7)).join(', ')} at equal distances`,
      );
    }
  }
}

/**
 * Gradients by central differences, element by element: two evaluations for each input element.
 *
 * @param f computes the outputs from the inputs, which are changed in place while it is called
 * @param inputs floating arrays
 * @param gradOutputs gradient of each output; null where it does not count
 * @throws {NondifferentiableError} with `detectNondifferentiable`, at a kink.
 * @example
 * import { gradientCheck, xp } from 'chainer';
 * const x = xp.array([2], { dtype: 'float64' });
 * const grads = gradientCheck.numericalGrad(() => [xp.square(x)], [x], [xp.array([1], { dtype: 'float64' })]);
 * Number(grads[0]?.itemSync()).toFixed(6); // '4.000000'
 */
export function numericalGrad(
  f: () => readonly NdArray[],
  inputs: readonly NdArray[],
  gradOutputs: readonly (NdArray | null)[],
  options: DifferenceOptions = {},
): NdArray[] {
  checkOptions('numericalGrad', options, ['eps', 'detectNondifferentiable', 'diffAtol', 'diffRtol']);
  const gys = gradOutputs.map((g) => (g === null ? null : hostNumbers(g)));
  return inputs.map((x) => {
    const before = hostNumbers(x);
    const grad = new Float64Array(x.size);
    for (let i = 0; i < x.size; i++) {
      const values = before.slice();
      const at = (t: number): Float64Array[] => {
        values[i] = (before[i] as number) + t;
        assign(x, values);
        return f().map(hostNumbers);
      };
      grad[i] = differenceOf(at, gys, options);
    }
    assign(x, before);
    return array(grad, { shape: x.shape, dtype: x.dtype, device: x.device });
  });
}

function assign(x: NdArray, values: Float64Array): void {
  if (x.size > 0)
    x.device.kernels.copy(array(values.slice(), { shape: x.shape, dtype: x.dtype, device: x.device }), x);
}
