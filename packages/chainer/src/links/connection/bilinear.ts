import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { bilinear } from '../../functions/connection/bilinear.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';

/** Options of Bilinear. */
export interface BilinearOptions {
  /** No linear terms and no bias. */
  readonly nobias?: boolean;
  /** Initial W: LeCunNormal unless given. */
  readonly initialW?: InitializerLike | null;
  /** Initial V1, V2 and b: LeCunNormal, LeCunNormal and 0 unless given. */
  readonly initialBias?: readonly (InitializerLike | null)[] | null;
}

/**
 * Bilinear layer of two inputs: `y[l] = e1ᵀ W[:, :, l] e2 + e1ᵀ V1[:, l] + e2ᵀ V2[:, l] + b[l]`.
 *
 * @param leftSize features of the first input
 * @param rightSize features of the second input
 * @param outSize features of the output
 * @throws {TypeError} if initialBias is no list of three.
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.Bilinear(3, 4, 5).forward(xp.ones([2, 3]), xp.ones([2, 4])).shape; // [2, 5]
 */
export class Bilinear extends Link {
  /** `[J, K, L]` */
  readonly W: Parameter;
  /** `[J, L]`, or null */
  readonly V1: Parameter | null;
  /** `[K, L]`, or null */
  readonly V2: Parameter | null;
  /** `[L]`, or null */
  readonly b: Parameter | null;

  constructor(leftSize: number, rightSize: number, outSize: number, options: BilinearOptions = {}) {
    super();
    checkOptions('Bilinear', options, ['nobias', 'initialW', 'initialBias']);
    const { nobias = false, initialW = null, initialBias = null } = options;
    const own = (name: string, init: InitializerLike, shape: readonly number[]) =>
      new Parameter(init, shape, { name });
    this.W = own('W', initialW ?? new LeCunNormal(), [leftSize, rightSize, outSize]);
    if (nobias) {
      this.V1 = null;
      this.V2 = null;
      this.b = null;
      return;
    }
    if (initialBias !== null && !(Array.isArray(initialBias) && initialBias.length === 3))
      throw new TypeError(
        `[Bilinear] initialBias must be a list of three initializers (V1, V2, b) or null, got ${String(initialBias)}`,
      );
    const [V1, V2, b] = (initialBias ?? []) as readonly (InitializerLike | null)[];
    this.V1 = own('V1', V1 ?? new LeCunNormal(), [leftSize, outSize]);
    this.V2 = own('V2', V2 ?? new LeCunNormal(), [rightSize, outSize]);
    this.b = own('b', b ?? 0, [outSize]);
  }

  /**
   * @param e1 `[N, …]` with `leftSize` features
   * @param e2 `[N, …]` with `rightSize` features
   */
  forward(e1: VariableLike, e2: VariableLike): Variable {
    return bilinear(e1, e2, this.W, this.V1, this.V2, this.b);
  }
}
