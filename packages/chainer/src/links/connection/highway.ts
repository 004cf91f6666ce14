import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { relu } from '../../functions/activation/relu.ts';
import { Linear } from './linear.ts';

const mix = /*#__PURE__*/ elementwise('Highway', (plain, gate, x) => x.add(gate.sigmoid().mul(plain.sub(x))));

/** Options of Highway. */
export interface HighwayOptions {
  readonly nobias?: boolean;
  /** Activation of the plain layer: relu unless given. */
  readonly activate?: (x: Variable) => Variable;
  /** Initial weights of the plain layer. */
  readonly initWh?: InitializerLike | null;
  /** Initial weights of the gate. */
  readonly initWt?: InitializerLike | null;
  /** Initial bias of the plain layer. */
  readonly initBh?: InitializerLike | null;
  /** Initial bias of the gate: -1 unless given, so that a new layer mostly hands its input on. */
  readonly initBt?: InitializerLike | null;
}

/**
 * Highway layer: a gate decides how much is transformed and how much is handed on (Srivastava et al., 2015).
 *
 * `y = f(W_H x + b_H) σ(W_T x + b_T) + x (1 - σ(W_T x + b_T))`
 *
 * @param inOutSize features of input and output
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.Highway(4).forward(xp.ones([2, 4])).shape; // [2, 4]
 */
export class Highway extends Chain {
  readonly plain: Linear;
  /** The gate. */
  readonly transform: Linear;
  readonly activate: (x: Variable) => Variable;

  constructor(inOutSize: number, options: HighwayOptions = {}) {
    super();
    checkOptions('Highway', options, ['nobias', 'activate', 'initWh', 'initWt', 'initBh', 'initBt']);
    const { nobias = false, activate = relu, initWh, initWt, initBh, initBt = -1 } = options;
    this.activate = activate;
    this.plain = new Linear(inOutSize, inOutSize, {
      nobias,
      initialW: initWh ?? null,
      initialBias: initBh ?? null,
    });
    this.transform = new Linear(inOutSize, inOutSize, {
      nobias,
      initialW: initWt ?? null,
      initialBias: initBt ?? null,
    });
  }

  /** @param x `[N, D]` */
  forward(x: VariableLike): Variable {
    return mix(this.activate(this.plain.forward(x)), this.transform.forward(x), x);
  }
}
