import { array as makeArray, type NdArray, random, ValueError } from '@chainer/xp';
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
    this.scale = options.scale ?? 1.1;
    this.mode = options.mode ?? 'auto';
    this.rng = options.rng ?? null;
    if (!modes.includes(this.mode)) {
      throw new ValueError(`[Orthogonal] mode must be one of ${modes.map((m) => `'${m}'`).join(', ')}, got '${String(this.mode)}'`);
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
    const [rows, columns] = out > features ? [out, features] : [features, out];
    const draw = (this.rng ?? random.getRandomState()).normal({ size: [rows * columns], dtype: 'float64', device: 'js' });
    const q = orthonormalColumns(Float64Array.from(draw.dataSync() as Float64Array), rows, columns);
    const values = new Float64Array(out * features);
    for (let i = 0; i < out; i++) {
      for (let j = 0; j < features; j++) {
        values[i * features + j] = this.scale * (q[out > features ? i * columns + j : j * columns + i] as number);
      }
    }
    const made = makeArray(values, { shape: array.shape, dtype: array.dtype, device: array.device });
    array.device.kernels.copy(made, array);
  }
}

/**
 * The columns of a matrix `[rows, columns]` (C order, rows ≥ columns) made orthonormal, in place: `Q` of its QR decomposition
 * with a positive diagonal of `R`, by Gram and Schmidt's method, run twice for each column so that rounding does not build up.
 */
export function orthonormalColumns(a: Float64Array, rows: number, columns: number): Float64Array {
  const at = (i: number, j: number) => a[i * columns + j] as number;
  for (let j = 0; j < columns; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += at(i, k) * at(i, j);
        for (let i = 0; i < rows; i++) a[i * columns + j] = at(i, j) - dot * at(i, k);
      }
    }
    let norm = 0;
    for (let i = 0; i < rows; i++) norm += at(i, j) ** 2;
    norm = Math.sqrt(norm);
    for (let i = 0; i < rows; i++) a[i * columns + j] = at(i, j) / norm;
  }
  return a;
}
