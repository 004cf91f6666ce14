import * as xp from '@chainer/xp/functions';
import {
  astype,
  copy,
  ElementwiseKernel,
  type NdArray,
  withDevice,
  matmul as xpMatmul,
} from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { svd } from '@chainer/xp/linalg';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../core/check-options.ts';
import { config } from '../core/config.ts';
import type { Link } from '../core/link.ts';
import { type LinkCall, LinkHook } from '../core/link-hook.ts';
import { Parameter } from '../core/parameter.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { reshape } from '../functions/array/reshape.ts';
import { transpose } from '../functions/array/transpose.ts';
import { div, mul } from '../functions/math/arithmetic.ts';
import { matmul } from '../functions/math/matmul.ts';
import { DeconvolutionBase } from '../links/connection/deconvolution-base.ts';
import { initializeByForward, replaceWeight, restoreWeight, weightOf } from './stand-in.ts';

/** Options of SpectralNormalization. */
export interface SpectralNormalizationOptions {
  /** Steps of the power iteration for each forward pass, 1 unless given. */
  readonly nPowerIteration?: number;
  /** Added to norms, 1e-6 unless given. */
  readonly eps?: number;
  /** Whether the weight is scaled by a learnt `gamma`, which starts as its greatest singular value. */
  readonly useGamma?: boolean;
  /** Divides the singular value, 1 unless given. */
  readonly factor?: number | null;
  /** Name of the weight, `W` unless given. */
  readonly weightName?: string;
  /** Name of the hook. */
  readonly name?: string;
}

const who = 'SpectralNormalization';
const over = /*#__PURE__*/ new ElementwiseKernel(who, 3, (v, norm, eps) => v.div(norm.add(eps)));

/** A vector of length one. */
function unit(v: NdArray, eps: number): NdArray {
  return over.call([v, xp.sqrt(xp.sum(xp.square(v))), eps]);
}

/** One step of the power iteration for a matrix `[O, I]`: from the left singular vector to both. */
function powerStep(W: NdArray, u: NdArray, eps: number): { u: NdArray; v: NdArray } {
  const v = unit(xpMatmul(u, W), eps);
  return { u: unit(xpMatmul(W, v), eps), v };
}

/** The greatest singular value. */
function greatestSingularValue(W: NdArray): NdArray {
  const precise = W.dtype.itemsize === 2 ? astype(W, 'float32') : W;
  const singular = svd(precise, { computeUv: false }) as NdArray;
  return astype(xp.max(singular), W.dtype);
}

/** What the hook keeps on its link. */
type Carrier = Link & { gamma?: Parameter } & Record<string, unknown>;

/**
 * Applies a link with its weight divided by its greatest singular value, which bounds how fast the link's output can change
 * (Miyato et al., 2018). The singular value is followed by a power iteration whose vector is saved with the link, as `W_u`.
 *
 * Add it before `optimizer.setup` where `useGamma` adds a parameter.
 *
 * @throws {RangeError} for fewer than one step of the iteration.
 * @throws {Error} when it is added to a link without that weight.
 * @example
 * import { linkHooks, links as L, xp } from 'chainer';
 * const layer = new L.Linear(3, 4).addHook(new linkHooks.SpectralNormalization());
 * layer.forward(xp.ones([2, 3])).shape; // [2, 4]
 */
export class SpectralNormalization extends LinkHook {
  readonly name: string;
  /** Field of the link that holds the left singular vector. */
  readonly vectorName: string;
  private readonly options: Required<Omit<SpectralNormalizationOptions, 'name'>>;
  /** Axis of the weight that stands for outputs. */
  private axis = 0;
  private initializing = false;
  /** The right singular vector of the last pass, for running it again. */
  private v: NdArray | null = null;

  constructor(options: SpectralNormalizationOptions = {}) {
    super();
    checkOptions('SpectralNormalization', options, [
      'nPowerIteration',
      'eps',
      'useGamma',
      'factor',
      'weightName',
      'name',
    ]);
    const {
      nPowerIteration = 1,
      eps = 1e-6,
      useGamma = false,
      factor = null,
      weightName = 'W',
      name = who,
    } = options;
    if (!Number.isInteger(nPowerIteration) || nPowerIteration < 1)
      throw new RangeError(`[${who}] nPowerIteration must be a positive integer, got ${nPowerIteration}`);
    this.options = { nPowerIteration, eps, useGamma, factor, weightName };
    this.name = name;
    this.vectorName = `${weightName}_u`;
  }

  override added(link: Link | null): void {
    const W = weightOf(who, link, this.options.weightName);
    if (link instanceof DeconvolutionBase) this.axis = 1;
    if (W.isInitialized) this.prepare(link as Carrier, W);
  }

  override deleted(link: Link | null): void {
    if (link === null) return;
    const carrier = link as Carrier;
    delete carrier[this.vectorName];
    if (this.options.useGamma) delete carrier.gamma;
    Reflect.deleteProperty(carrier, 'persistent');
  }

  /** Starts the iteration from a random vector, which belongs to the link from now on. */
  private prepare(link: Carrier, W: Parameter): void {
    const outputs = W.shape[this.axis] as number;
    if (outputs === 0)
      throw new RangeError(`[${who}] ${this.options.weightName} has no elements along axis ${this.axis}`);
    const { device, dtype } = W.array;
    const u = astype(
      withDevice(device, () => random.normal({ size: [outputs] })),
      dtype,
    );
    u.storage.kept = true;
    link[this.vectorName] = u;
    // Saved with the link; the accessor of its class still answers for the rest.
    const own = link.persistent;
    const names = [...own, this.vectorName];
    Object.defineProperty(link, 'persistent', { get: () => names, configurable: true, enumerable: false });
    if (this.options.useGamma)
      link.gamma = new Parameter(greatestSingularValue(this.matrix(W).array), null, { name: 'gamma' });
  }

  /** The weight as a matrix, one row for each output. */
  private matrix(W: VariableLike): Variable {
    const rest = W.shape.map((_, i) => i).filter((i) => i !== this.axis);
    const rows = this.axis === 0 ? W : transpose(W, { axes: [this.axis, ...rest] });
    return reshape(rows, [rows.shape[0] as number, -1]);
  }

  override forwardPreprocess(call: LinkCall): void {
    if (this.initializing) return;
    const link = call.link as Carrier;
    const W = weightOf(who, link, this.options.weightName);
    if (!W.isInitialized) {
      this.initializing = true;
      try {
        initializeByForward(call);
      } finally {
        this.initializing = false;
      }
    }
    if (link[this.vectorName] === undefined) this.prepare(link, W);
    replaceWeight(link, this.options.weightName, W, this.normalized(link, W));
  }

  private normalized(link: Carrier, W: Parameter): Variable {
    const { nPowerIteration, eps, factor, useGamma } = this.options;
    const matrix = this.matrix(W);
    const kept = link[this.vectorName] as NdArray;
    // The graph holds this vector: it must not change with the link's.
    let u = config.inRecomputing ? copy(kept) : kept;
    let v = this.v;
    if (!config.inRecomputing || v === null) {
      for (let i = 0; i < nPowerIteration; i++) ({ u, v } = powerStep(matrix.array, u, eps));
      v = v as NdArray;
      v.storage.kept = true;
      this.v = v;
      if (config.train) overwrite(kept, u);
    }
    const sigma = matmul(matmul(u, matrix), v);
    const scaled = factor === null ? sigma : div(sigma, factor);
    return div(useGamma ? mul(link.gamma as Parameter, W) : W, scaled);
  }

  override forwardPostprocess(call: LinkCall): void {
    if (!this.initializing) restoreWeight(who, call.link, this.options.weightName);
  }
}
