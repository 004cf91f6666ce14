import { checkOptions } from '../../core/check-options.ts';
import { getDtype } from '../../core/config.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { groupNormalization } from '../../functions/normalization/group-normalization.ts';

/**
 * Group normalization with learnt scale and shift.
 *
 * @param groups number of groups; divides the channels.
 * @param size channels; null: found in the first forward pass.
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * new L.GroupNormalization(2).forward(new Variable(xp.ones([2, 4, 3]))).shape; // [2, 4, 3]
 */
export class GroupNormalization extends Link {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly groups: number;
  readonly eps: number;

  constructor(
    groups: number,
    size: number | null = null,
    options: {
      readonly eps?: number;
      readonly initialGamma?: InitializerLike | null;
      readonly initialBeta?: InitializerLike | null;
    } = {},
  ) {
    super();
    checkOptions('GroupNormalization', options, ['eps', 'initialGamma', 'initialBeta']);
    this.groups = groups;
    this.eps = options.eps ?? 1e-5;
    const dtype = getDtype(null, 'float32');
    this.gamma = new Parameter(options.initialGamma ?? 1, size, { name: 'gamma', dtype });
    this.beta = new Parameter(options.initialBeta ?? 0, size, { name: 'beta', dtype });
  }

  /** @param x `[N, C, …]` */
  forward(x: VariableLike): Variable {
    if (!this.gamma.isInitialized) {
      this.gamma.initialize([x.shape[1] as number]);
      this.beta.initialize([x.shape[1] as number]);
    }
    return groupNormalization(x, this.groups, this.gamma, this.beta, { eps: this.eps });
  }
}
