import { elementwise } from '../../core/elementwise.ts';
import { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { sigmoid } from '../../functions/activation/sigmoid.ts';
import { concat } from '../../functions/array/concat.ts';
import { mul } from '../../functions/math/arithmetic.ts';
import { Linear } from '../connection/linear.ts';

const mix = /*#__PURE__*/ elementwise('MGU', (f, bar, h) => h.add(f.mul(bar.tanh().sub(h))));

/** What minimal gated units share. */
export abstract class MGUBase extends Link {
  readonly W_f: Linear;
  readonly W_h: Linear;
  readonly stateSize: number;

  constructor(inSize: number, outSize: number) {
    super();
    this.stateSize = outSize;
    this.W_f = new Linear(inSize + outSize, outSize);
    this.W_h = new Linear(inSize + outSize, outSize);
  }

  /** `f = σ(W_f [h, x])`, `h' = f tanh(W_h [f h, x]) + (1 - f) h` */
  protected step(h: VariableLike, x: VariableLike): Variable {
    const f = sigmoid(this.W_f.forward(concat([h, x])));
    return mix(f, this.W_h.forward(concat([mul(f, h), x])), h);
  }
}
