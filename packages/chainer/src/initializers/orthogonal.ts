import { array as makeArray, type NdArray, ValueError } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, type RandomInitializerOptions, type RandomSource } from './options.ts';

/** How a matrix that is not square is orthogonal: by its rows (projection), by its columns (embedding), whichever fits (auto), or only if square (basis). */
export type OrthogonalMode = 'auto' | 'projection' | 'embedding' | 'basis';
const modes: readonly OrthogonalMode[] = ['auto', 'projection', 'embedding', 'basis'];

/** Options of Orthogonal. */
export interface OrthogonalOptions extends RandomInitializerOptions {
  /** Length of each row (or column); 1.1 unless given. */
  readonly scale?: number;
  readonly mode?: OrthogonalMode;
}

/**
 * A random orthogonal matrix times `scale` (Saxe et al., Exact solutions to the nonlinear dynamics of learning, 2013). Arrays of
 * more axes are taken as matrices `[shape[0], …]`: the rows are the outputs.
 *
 * `Q` of the QR decomposition of a normal matrix, its signs fixed by the diagonal of `R`, is uniform over all orthogonal matrices.
 *
 * @throws {ValueError} for an unknown mode, or a shape of which the mode cannot be had.
 */
export class Orthogonal extends BaseInitializer {
  readonly scale: number;
  readonly mode: OrthogonalMode;
  private readonly rng: RandomSource | null;

  constructor(options: OrthogonalOptions = {}) {
    super(options);
    checkOptions('Orthogonal', options, ['scale', 'mode', 'rng', 'dtype']);
    this.scale = options.scale ?? 1.1;
    this.mode = options.mode ?? 'auto';
    this.rng = options.rng ?? null;
    if (!modes.includes(this.mode)) {
      throw new ValueError(
        `[Orthogonal] mode must be one of ${modes.map((m) => `'${m}'`).join(', ')}, got '${String(this.mode)}'`,
      );
    }
  }

  apply(array: NdArray): void {
    const out = array.shape[0] ?? 1;
    const features = array.shape.slice(1).reduce((a, d) => a * d, 1);
    const has = out === features ? 'basis' : out < features ? 'projection' : 'embedding';
    if (this.mode !== 'auto' && has !== this.mode && has !== 'basis') {
      throw new ValueError(
        `[Orthogonal] shape [${array.shape.join(', ')}] maps ${features} inputs to ${out} outputs, of which there is no orthogonal ${this.mode}`,
      );
    }
    if (array.size === 0) return;
    const [count, length] = out > features ? [features, out] : [out, features];
    const options = { size: [count * length], dtype: 'float64', device: 'js' } as const;
    const drawn = this.rng ? this.rng.normal(options) : random.normal(options);
    const vectors = drawn.dataSync() as Float64Array;
    orthonormalize(vectors, count, length);
    const values = new Float64Array(out * features);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < length; i++) {
        values[out > features ? i * features + k : k * features + i] =
          this.scale * (vectors[k * length + i] as number);
      }
    }
    const made = makeArray(values, { shape: array.shape, dtype: array.dtype, device: array.device });
    array.device.kernels.copy(made, array);
  }
}

/**
 * Makes `count` vectors of `length` elements, one after another in `a`, orthonormal in place: `Q` of the QR decomposition of the
 * matrix with these columns, the diagonal of `R` positive, by Gram and Schmidt's method in its modified form.
 */
export function orthonormalize(a: Float64Array, count: number, length: number): void {
  const vectors = Array.from({ length: count }, (_, k) => a.subarray(k * length, (k + 1) * length));
  for (let k = 0; k < count; k++) {
    const v = vectors[k] as Float64Array;
    const norm = Math.sqrt(dot(v, v));
    for (let i = 0; i < length; i++) v[i] = (v[i] as number) / norm;
    for (let next = k + 1; next < count; next++) {
      const w = vectors[next] as Float64Array;
      const along = dot(v, w);
      for (let i = 0; i < length; i++) w[i] = (w[i] as number) - along * (v[i] as number);
    }
  }
}

function dot(v: Float64Array, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += (v[i] as number) * (w[i] as number);
  return sum;
}
