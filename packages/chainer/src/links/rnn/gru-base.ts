import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { Linear } from '../connection/linear.ts';

const reset = /*#__PURE__*/ elementwise('GRU', (x, u, h) => x.add(u).sigmoid().mul(h));
const update = /*#__PURE__*/ elementwise('GRU', (xz, uz, xh, uh, h) => {
  const z = xz.add(uz).sigmoid();
  return h.add(z.mul(xh.add(uh).tanh().sub(h)));
});
const first = /*#__PURE__*/ elementwise('GRU', (xz, xh) => xz.sigmoid().mul(xh.tanh()));

/** Options of GRU layers. */
export interface GRUOptions {
  /** Initial weights from the input. */
  readonly init?: InitializerLike | null;
  /** Initial weights from the state. */
  readonly innerInit?: InitializerLike | null;
  readonly biasInit?: InitializerLike | null;
}

/** What GRU layers share: weights from the input (W) and from the state (U) of the reset gate, the update gate, and the state. */
export abstract class GRUBase extends Link {
  readonly W_r: Linear;
  readonly U_r: Linear;
  readonly W_z: Linear;
  readonly U_z: Linear;
  readonly W: Linear;
  readonly U: Linear;
  readonly stateSize: number;

  constructor(inSize: number | null, outSize: number, options: GRUOptions) {
    super();
    checkOptions(new.target.name, options, ['init', 'innerInit', 'biasInit']);
    const { init = null, innerInit = null, biasInit = null } = options;
    const input = () => new Linear(inSize, outSize, { initialW: init, initialBias: biasInit });
    const inner = () => new Linear(outSize, outSize, { initialW: innerInit, initialBias: biasInit });
    this.stateSize = outSize;
    this.W_r = input();
    this.U_r = inner();
    this.W_z = input();
    this.U_z = inner();
    this.W = input();
    this.U = inner();
  }

  /** `r = σ(W_r x + U_r h)`, `z = σ(W_z x + U_z h)`, `h' = z tanh(W x + U (r h)) + (1 - z) h` */
  protected step(h: VariableLike, x: VariableLike): Variable {
    const rh = reset(this.W_r.forward(x), this.U_r.forward(h), h);
    return update(this.W_z.forward(x), this.U_z.forward(h), this.W.forward(x), this.U.forward(rh), h);
  }

  /** The first step, from no state at all: weights of the state, and their biases, take no part. */
  protected begin(x: VariableLike): Variable {
    return first(this.W_z.forward(x), this.W.forward(x));
  }
}
