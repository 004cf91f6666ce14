import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { ConvolutionOptions } from '../../functions/connection/convolution-nd.ts';
import { perAxis, type Sizes } from '../../functions/connection/geometry.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';

/** Options of convolution layers. */
export interface ConvolutionBaseOptions extends ConvolutionOptions {
  readonly nobias?: boolean;
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

const optionNames = [
  'stride',
  'pad',
  'coverAll',
  'dilate',
  'groups',
  'nobias',
  'initialW',
  'initialBias',
] as const;

/** Whether options stand where a window's size would: `new Convolution2D(64, 3, {pad: 1})`. */
export function isOptions<O extends object>(ksize: Sizes | O | null): ksize is O {
  return typeof ksize === 'object' && ksize !== null && !Array.isArray(ksize);
}

/** Sizes of a layer whose first argument may be left out: `(64, 3)` is `(null, 64, 3)`. */
export function layerSizes(
  who: string,
  inChannels: number | null,
  outChannels: number,
  ksize: Sizes | null,
): [number | null, number, Sizes] {
  if (ksize !== null) return [inChannels, outChannels, ksize];
  if (inChannels === null)
    throw new TypeError(
      `[${who}] ksize is missing: new ${who}(inChannels, outChannels, ksize) or new ${who}(outChannels, ksize)`,
    );
  return [null, inChannels, outChannels];
}

/** What all convolution layers share: weights, bias and geometry. */
export abstract class ConvolutionBase extends Link {
  /** `[O, C/groups, k…]` */
  readonly W: Parameter;
  /** `[O]`, or null */
  readonly b: Parameter | null;
  readonly outChannels: number;
  readonly ksize: readonly number[];
  protected readonly geometry: ConvolutionOptions;

  constructor(
    ndim: number,
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | ConvolutionBaseOptions | null,
    options: ConvolutionBaseOptions,
  ) {
    super();
    const who = new.target.name;
    const [size, given] = isOptions(ksize) ? [null, ksize] : [ksize, options];
    checkOptions(who, given, optionNames);
    const [input, output, k] = layerSizes(who, inChannels, outChannels, size);
    const { nobias = false, initialW = null, initialBias = null, ...geometry } = given;
    this.outChannels = output;
    this.ksize = perAxis(who, 'ksize', k, ndim);
    this.geometry = geometry;
    this.W = new Parameter(initialW ?? new LeCunNormal(), input === null ? null : this.weightShape(input), {
      name: 'W',
    });
    this.b = nobias ? null : new Parameter(initialBias ?? 0, [output], { name: 'b' });
  }

  /** Shape of the weights for that many input channels. */
  protected weightShape(inChannels: number): number[] {
    const groups = this.geometry.groups ?? 1;
    if (inChannels % groups !== 0)
      throw new RangeError(
        `[${this.constructor.name}] ${inChannels} input channels do not divide into ${groups} groups`,
      );
    if (this.outChannels % groups !== 0)
      throw new RangeError(
        `[${this.constructor.name}] ${this.outChannels} output channels do not divide into ${groups} groups`,
      );
    return [this.outChannels, inChannels / groups, ...this.ksize];
  }

  protected abstract apply(x: VariableLike): Variable;

  forward(x: VariableLike): Variable {
    if (!this.W.isInitialized) this.W.initialize(this.weightShape(x.shape[1] as number));
    return this.apply(x);
  }

  override get printableSpecs(): readonly [string, unknown][] {
    return [
      ['inChannels', this.W.isInitialized ? (this.W.shape[1] as number) * (this.geometry.groups ?? 1) : null],
      ['outChannels', this.outChannels],
      ['ksize', `[${this.ksize.join(', ')}]`],
      ...Object.entries(this.geometry),
      ['nobias', this.b === null],
    ];
  }
}
