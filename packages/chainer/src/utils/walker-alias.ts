import {
  array,
  type Device,
  ElementwiseKernel,
  multiply,
  type NdArray,
  withDevice,
} from '@chainer/xp/functions';
import { resolveDevice } from '@chainer/xp/internal';
import * as random from '@chainer/xp/random';

const draw = /*#__PURE__*/ new ElementwiseKernel(
  'WalkerAlias.sample',
  4,
  (threshold, values, place, count) => {
    const index = place.cast('int32').min(count.sub(1));
    const over = threshold
      .at(index)
      .lt(place.sub(index.cast('float32')))
      .where(1, 0);
    return values.at(index.mul(2).add(over.cast('int32')));
  },
  { raw: [0, 1], outputs: ['int32'], scalars: [null, null, null, 'int32'] },
);

/**
 * Walker's alias method: draws ids from any distribution in constant time for each.
 *
 * @param probs probabilities, or counts, of the ids; they need not sum to one
 * @throws {RangeError} if there is none, or one is negative, or all are 0.
 * @example
 * import { links as L } from 'chainer';
 * const { sampler } = new L.BlackOut(3, [0, 1, 0], 2); // a WalkerAlias
 * sampler.sample([2]).toArraySync(); // [1, 1]
 */
export class WalkerAlias {
  /** How often each column gives its first id. */
  private readonly threshold: Float32Array;
  /** First and second id of each column. */
  private readonly values: Int32Array;
  private readonly placed = new Map<string, readonly [NdArray, NdArray]>();

  constructor(probs: readonly number[] | Float32Array | Float64Array) {
    const n = probs.length;
    let total = 0;
    for (const p of probs) {
      if (!(p >= 0)) throw new RangeError(`[WalkerAlias] probabilities must not be negative, got ${p}`);
      total += p;
    }
    if (!(total > 0)) throw new RangeError(`[WalkerAlias] probabilities must not all be 0, got ${n} of them`);
    this.threshold = new Float32Array(n);
    this.values = new Int32Array(2 * n);
    const scaled = Float64Array.from(probs, (p) => (p / total) * n);
    const [small, large]: [number[], number[]] = [[], []];
    scaled.forEach((p, i) => {
      (p < 1 ? small : large).push(i);
    });
    // Each column is filled up by an id that has too much.
    while (small.length > 0 && large.length > 0) {
      const [s, l] = [small.pop() as number, large[large.length - 1] as number];
      this.fill(s, scaled[s] as number, l);
      scaled[l] = (scaled[l] as number) - (1 - (scaled[s] as number));
      if ((scaled[l] as number) < 1) small.push(large.pop() as number);
    }
    for (const i of [...small, ...large]) this.fill(i, 1, i);
  }

  private fill(column: number, share: number, other: number): void {
    this.threshold[column] = share;
    this.values[2 * column] = column;
    this.values[2 * column + 1] = other;
  }

  /** Number of ids. */
  get size(): number {
    return this.threshold.length;
  }

  /** Random ids, int32, of the given shape; on the default device unless another is given. */
  sample(shape: readonly number[], device: Device | string | null = null): NdArray {
    const at = resolveDevice(device);
    let tables = this.placed.get(at.name);
    if (tables === undefined) {
      tables = [
        array(this.threshold, { dtype: 'float32', device: at }),
        array(this.values, { dtype: 'int32', device: at }),
      ];
      for (const t of tables) t.storage.kept = true;
      this.placed.set(at.name, tables);
    }
    const place = multiply(
      withDevice(at, () => random.random({ size: shape, dtype: 'float32' })),
      this.size,
    );
    return draw.call([...tables, place, this.size]);
  }
}
