import type { Variable, VariableLike } from '../../core/variable.ts';
import { StatefulGRU } from './stateful-gru.ts';

/**
 * Gated recurrent unit that keeps its state between calls: `StatefulGRU` by its short name.
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.GRU(3, 4).forward(xp.ones([2, 3])).shape; // [2, 4]
 */
export class GRU extends StatefulGRU {
  /**
   * @param x `[N, I]`: one time step
   * @throws {TypeError} for two arguments, as a stateless unit takes them.
   */
  override forward(x: VariableLike, ...rest: readonly never[]): Variable {
    if (x === undefined || rest.length > 0)
      throw new TypeError(
        `[GRU] forward takes one argument, x, got ${x === undefined ? 0 : 1 + rest.length}; GRU keeps its state itself, StatelessGRU takes (h, x)`,
      );
    return super.forward(x);
  }
}
