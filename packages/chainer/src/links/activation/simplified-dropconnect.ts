import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { simplifiedDropconnect } from '../../functions/noise/simplified-dropconnect.ts';
import { HeNormal } from '../../initializers/he-normal.ts';

/** Options of SimplifiedDropconnect. */
export interface SimplifiedDropconnectLinkOptions {
  /** Share of the weights that are dropped: 0.5 unless given. */
  readonly ratio?: number;
  readonly nobias?: boolean;
  /** Initial weights: HeNormal of scale √½ unless given. */
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

/**
 * Fully connected layer that drops weights instead of elements (Wan et al., 2013).
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize features of the output
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.SimplifiedDropconnect(null, 4).forward(xp.ones([2, 3])).shape; // [2, 4]
 */
export class SimplifiedDropconnect extends Link {
  /** `[O, I]` */
  readonly W: Parameter;
  /** `[O]`, or null */
  readonly b: Parameter | null;
  /** The first mask that was given, which is saved; or null. */
  mask: NdArray | null = null;
  readonly outSize: number;
  readonly ratio: number;

  constructor(inSize: number | null, outSize: number, options: SimplifiedDropconnectLinkOptions = {}) {
    super();
    checkOptions('SimplifiedDropconnect', options, ['ratio', 'nobias', 'initialW', 'initialBias']);
    const { ratio = 0.5, nobias = false, initialW, initialBias } = options;
    this.outSize = outSize;
    this.ratio = ratio;
    this.W = new Parameter(
      initialW ?? new HeNormal({ scale: Math.SQRT1_2 }),
      inSize === null ? null : [outSize, inSize],
      { name: 'W' },
    );
    this.b = nobias ? null : new Parameter(initialBias ?? 0, [outSize], { name: 'b' });
  }

  override get persistent(): readonly string[] {
    return this.mask === null ? [] : ['mask'];
  }

  /**
   * @param x `[N, …]`
   * @param options `train`: whether weights are dropped, true unless given; `mask`: which weights stay, instead of random ones;
   * `useBatchwiseMask`: whether every sample has a mask of its own, true unless given.
   */
  forward(
    x: VariableLike,
    options: {
      readonly train?: boolean;
      readonly mask?: NdArray | null;
      readonly useBatchwiseMask?: boolean;
    } = {},
  ): Variable {
    const { train = true, mask = null, useBatchwiseMask = true } = options;
    if (!this.W.isInitialized) this.W.initialize([this.outSize, x.shape.slice(1).reduce((a, d) => a * d, 1)]);
    if (mask !== null && this.mask === null) {
      mask.storage.kept = true;
      this.mask = mask;
    }
    return simplifiedDropconnect(x, this.W, this.b, { ratio: this.ratio, train, mask, useBatchwiseMask });
  }
}
