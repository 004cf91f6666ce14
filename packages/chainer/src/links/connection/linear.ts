import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { linear } from '../../functions/connection/linear.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';

/** Options of Linear. */
export interface LinearOptions {
  /** No bias. */
  readonly nobias?: boolean;
  /** Initial weights: LeCunNormal unless given. */
  readonly initialW?: InitializerLike | null;
  /** Initial bias: 0 unless given. */
  readonly initialBias?: InitializerLike | null;
}

/**
 * Fully connected layer: `y = x Wᵀ + b`.
 *
 * @param inSize features of the input; null: found in the first forward pass. `new Linear(10)` is `new Linear(null, 10)`.
 * @param outSize features of the output
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const l = new L.Linear(null, 4);
 * l.forward(new Variable(xp.ones([2, 3]))).shape; // [2, 4]
 */
export class Linear extends Link {
  /** `[O, I]` */
  readonly W: Parameter;
  /** `[O]`, or null */
  readonly b: Parameter | null;
  readonly outSize: number;

  constructor(
    inSize: number | null,
    outSize: number | LinearOptions | null = null,
    options: LinearOptions = {},
  ) {
    super();
    const [input, output, given] =
      typeof outSize === 'number' ? [inSize, outSize, options] : [null, inSize, outSize ?? options];
    if (output === null || output === undefined)
      throw new TypeError('[Linear] outSize is missing: new Linear(inSize, outSize) or new Linear(outSize)');
    checkOptions('Linear', given, ['nobias', 'initialW', 'initialBias']);
    this.outSize = output;
    this.W = new Parameter(given.initialW ?? new LeCunNormal(), input === null ? null : [output, input], {
      name: 'W',
    });
    this.b = given.nobias ? null : new Parameter(given.initialBias ?? 0, [output], { name: 'b' });
  }

  /** A layer with given weights (and bias). */
  static fromParams(
    W: Variable['array'],
    b: Variable['array'] | null = null,
    options: { readonly nobias?: boolean } = {},
  ): Linear {
    checkOptions('Linear.fromParams', options, ['nobias']);
    const [outSize, inSize] = W.shape as [number, number];
    return new Linear(inSize, outSize, { initialW: W, initialBias: b, nobias: options.nobias ?? false });
  }

  /** @param x `[N, …]`; features are what is left after `nBatchAxes` axes. */
  forward(x: VariableLike, options: { readonly nBatchAxes?: number } = {}): Variable {
    if (!this.W.isInitialized) {
      const features = x.shape.slice(options.nBatchAxes ?? 1).reduce((a, d) => a * d, 1);
      this.W.initialize([this.outSize, features]);
    }
    return linear(x, this.W, this.b, options);
  }

  override get printableSpecs(): readonly [string, unknown][] {
    return [
      ['inSize', this.W.isInitialized ? this.W.shape[1] : null],
      ['outSize', this.outSize],
      ['nobias', this.b === null],
    ];
  }
}
