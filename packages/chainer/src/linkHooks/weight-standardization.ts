import { ones, zeros } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { Link } from '../core/link.ts';
import { type LinkCall, LinkHook } from '../core/link-hook.ts';
import { groupNormalization } from '../functions/normalization/group-normalization.ts';
import { initializeByForward, replaceWeight, restoreWeight, weightOf } from './stand-in.ts';

/** Options of WeightStandardization. */
export interface WeightStandardizationOptions {
  /** Added to the variance, 1e-5 unless given. */
  readonly eps?: number;
  /** Name of the weight, `W` unless given. */
  readonly weightName?: string;
  /** Name of the hook. */
  readonly name?: string;
}

/**
 * Applies a link with standardized weights: those of every output have mean 0 and variance 1 (Qiao et al., 2019).
 *
 * @throws {Error} when it is added to a link without that weight.
 * @example
 * import { linkHooks, links as L, xp } from 'chainer';
 * const conv = new L.Convolution2D(2, 4, 3).addHook(new linkHooks.WeightStandardization());
 * conv.forward(xp.ones([1, 2, 5, 5])).shape; // [1, 4, 3, 3]
 */
export class WeightStandardization extends LinkHook {
  readonly name: string;
  private readonly eps: number;
  private readonly weightName: string;
  private initializing = false;

  constructor(options: WeightStandardizationOptions = {}) {
    super();
    checkOptions('WeightStandardization', options, ['eps', 'weightName', 'name']);
    this.eps = options.eps ?? 1e-5;
    this.weightName = options.weightName ?? 'W';
    this.name = options.name ?? 'WeightStandardization';
  }

  override added(link: Link | null): void {
    weightOf('WeightStandardization', link, this.weightName);
  }

  override forwardPreprocess(call: LinkCall): void {
    if (this.initializing) return;
    const W = weightOf('WeightStandardization', call.link, this.weightName);
    if (!W.isInitialized) {
      this.initializing = true;
      try {
        initializeByForward(call);
      } finally {
        this.initializing = false;
      }
    }
    const { dtype, device } = W.array;
    const channels = [W.shape[1] as number];
    const gamma = ones(channels, { dtype, device });
    const beta = zeros(channels, { dtype, device });
    const standard = groupNormalization(W, 1, gamma, beta, { eps: this.eps });
    replaceWeight(call.link, this.weightName, W, standard);
  }

  override forwardPostprocess(call: LinkCall): void {
    if (!this.initializing) restoreWeight('WeightStandardization', call.link, this.weightName);
  }
}
