import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { layerNormalization } from '../../functions/normalization/layer-normalization.ts';

/**
 * Layer normalization with learnt scale and shift.
 *
 * @param size features; null: found in the first forward pass.
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * new L.LayerNormalization(3).forward(new Variable(xp.ones([2, 3]))).shape; // [2, 3]
 */
export class LayerNormalization extends Link {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly eps: number;

  constructor(
    size: number | null = null,
    options: {
      readonly eps?: number;
      readonly initialGamma?: InitializerLike | null;
      readonly initialBeta?: InitializerLike | null;
    } = {},
  ) {
    super();
    checkOptions('LayerNormalization', options, ['eps', 'initialGamma', 'initialBeta']);
    this.eps = options.eps ?? 1e-6;
    this.gamma = new Parameter(options.initialGamma ?? 1, size, { name: 'gamma' });
    this.beta = new Parameter(options.initialBeta ?? 0, size, { name: 'beta' });
  }

  /** @param x `[N, D]` */
  forward(x: VariableLike): Variable {
    if (!this.gamma.isInitialized) {
      const size = x.shape.slice(1).reduce((a, d) => a * d, 1);
      this.gamma.initialize([size]);
      this.beta.initialize([size]);
    }
    return layerNormalization(x, this.gamma, this.beta, { eps: this.eps });
  }
}
