import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { DeconvolutionOptions } from '../../functions/connection/convolution-nd.ts';
import { perAxis, type Sizes } from '../../functions/connection/geometry.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';
import { isOptions, layerSizes } from './convolution-base.ts';

/** Options of deconvolution layers. */
export interface DeconvolutionBaseOptions extends DeconvolutionOptions {
  readonly nobias?: boolean;
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

/** What all deconvolution layers share: weights, bias and geometry. */
export abstract class DeconvolutionBase extends Link {
  /** `[C, O/groups, k…]` */
  readonly W: Parameter;
  /** `[O]`, or null */
  readonly b: Parameter | null;
  readonly outChannels: number;
  readonly ksize: readonly number[];
  protected readonly geometry: DeconvolutionOptions;

  constructor(
    ndim: number,
    inChannels: number | null,
    outChannels: number,
    ksize: Sizes | DeconvolutionBaseOptions | null,
    options: DeconvolutionBaseOptions,
  ) {
    super();
    const who = new.target.name;
    const [size, given] = isOptions(ksize) ? [null, ksize] : [ksize, options];
    checkOptions(who, given, [
      'stride',
      'pad',
      'outsize',
      'dilate',
      'groups',
      'nobias',
      'initialW',
      'initialBias',
    ]);
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
  private weightShape(inChannels: number): number[] {
    const groups = this.geometry.groups ?? 1;
    if (inChannels % groups !== 0)
      throw new RangeError(
        `[${this.constructor.name}] ${inChannels} input channels do not divide into ${groups} groups`,
      );
    if (this.outChannels % groups !== 0)
      throw new RangeError(
        `[${this.constructor.name}] ${this.outChannels} output channels do not divide into ${groups} groups`,
      );
    return [inChannels, this.outChannels / groups, ...this.ksize];
  }

  protected abstract apply(x: VariableLike): Variable;

  forward(x: VariableLike): Variable {
    if (!this.W.isInitialized) this.W.initialize(this.weightShape(x.shape[1] as number));
    return this.apply(x);
  }

  override get printableSpecs(): readonly [string, unknown][] {
    return [
      ['inChannels', this.W.isInitialized ? this.W.shape[0] : null],
      ['outChannels', this.outChannels],
      ['ksize', `[${this.ksize.join(', ')}]`],
      ...Object.entries(this.geometry),
      ['nobias', this.b === null],
    ];
  }
}
