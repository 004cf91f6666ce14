import { stack } from '@chainer/xp/functions';
import { sliced } from '@chainer/xp/internal';
import { Chain } from '../../../core/chain.ts';
import { checkOptions } from '../../../core/check-options.ts';
import { noBackpropMode, usingConfig } from '../../../core/config.ts';
import { Link } from '../../../core/link.ts';
import { Variable, type VariableLike } from '../../../core/variable.ts';
import { reshape } from '../../../functions/array/reshape.ts';
import { average } from '../../../functions/math/average.ts';
import { type ImageSource, type PrepareOptions, prepareImage } from './image.ts';
import { oversample } from './oversample.ts';
import {
  type CaffeMapping,
  loadWeights,
  type PretrainedModel,
  type Published,
  publishedFile,
} from './weights.ts';

/** A step of a layer: a link, or a function of one array. */
export type Step = (Link & { forward(x: VariableLike): Variable }) | ((x: VariableLike) => Variable);

/** Layers by name, in the order in which they are computed. */
export type Layers = readonly (readonly [name: string, steps: readonly Step[]])[];

/** Options of networks with published weights. */
export interface VisionOptions {
  /**
   * Where weights come from: `'auto'` (unless given), the published ones, which `download()` has put on this machine; the path or the
   * bytes of an `.npz` or a `.caffemodel`; null: random ones.
   */
  readonly pretrainedModel?: PretrainedModel;
}

/** Which layers are wanted. */
export interface LayersOption {
  readonly layers?: readonly string[];
}

/** What the published networks share: named layers, and images as input. */
export abstract class VisionLayers extends Chain {
  /** Means of blue, green and red. */
  protected abstract readonly meanBgr: readonly [number, number, number];
  /** What `extract` gives unless told otherwise. */
  protected abstract readonly featureLayer: string;
  protected abstract readonly published: Published;
  /** The layers that do not go on from the one before, but from another. */
  protected readonly branches: Readonly<Record<string, string>> = {};

  /** The layers and their steps, in order. */
  protected abstract get functions(): Layers;

  /** Where each entry of the `.npz` comes from in the published `.caffemodel`. */
  protected abstract get caffeMapping(): CaffeMapping;

  /** Names of the layers that `forward` and `extract` can give. */
  get availableLayers(): string[] {
    return this.functions.map(([name]) => name);
  }

  /** Takes over weights; to be called at the end of the constructor. */
  protected load(pretrainedModel: PretrainedModel): void {
    if (pretrainedModel === null) return;
    const who = this.constructor.name;
    const file = pretrainedModel === 'auto' ? publishedFile(who, this.published) : pretrainedModel;
    loadWeights(who, this, this.caffeMapping, file);
  }

  /**
   * The results of the layers that are asked for (`prob`, the probabilities of the classes, unless told otherwise); nothing behind the
   * last of them is computed.
   *
   * @param x images as `prepare` makes them, `[N, 3, H, W]`
   * @throws {RangeError} for an unknown layer.
   */
  forward(x: VariableLike, options: LayersOption = {}): Record<string, Variable> {
    checkOptions(`${this.constructor.name}.forward`, options, ['layers']);
    const { layers = ['prob'] } = options;
    const { functions, availableLayers } = this;
    const odd = layers.find((name) => !availableLayers.includes(name));
    if (odd !== undefined)
      throw new RangeError(
        `[${this.constructor.name}] there is no layer '${odd}'; layers are ${availableLayers.join(', ')}`,
      );
    const wanted = new Set(layers);
    const results: Record<string, Variable> = {};
    const branches = new Map<string, VariableLike>();
    const starts = new Set(Object.values(this.branches));
    let h = x;
    for (const [name, steps] of functions) {
      if (wanted.size === 0) break;
      const from = this.branches[name];
      if (from !== undefined) h = branches.get(from) as VariableLike;
      for (const step of steps) h = step instanceof Link ? step.forward(h) : step(h);
      if (starts.has(name)) branches.set(name, h);
      if (wanted.delete(name)) results[name] = h as Variable;
    }
    return results;
  }

  /**
   * The results of layers for images, which are prepared first. Runs in the mode that is configured: set `train` to false unless you train.
   *
   * @param images arrays `[H, W]`, `[H, W, C]` or `[C, H, W]` in RGB, or image files (read by the optional package `sharp`)
   * @param options `layers`: the features before the classifier unless given; `size`: `[width, height]`, null leaves images as they are.
   */
  async extract(
    images: readonly ImageSource[],
    options: LayersOption & PrepareOptions = {},
  ): Promise<Record<string, Variable>> {
    checkOptions(`${this.constructor.name}.extract`, options, ['layers', 'size']);
    const { layers = [this.featureLayer], ...rest } = options;
    return this.forward(await this.batch('extract', images, rest), { layers });
  }

  /**
   * Probabilities of the classes for images, in test mode.
   *
   * @param images as in `extract`
   * @param options `oversample`: average over ten views of each image (unless false: then the centre alone).
   * @returns `[N, classes]`
   */
  async predict(
    images: readonly ImageSource[],
    options: { readonly oversample?: boolean } = {},
  ): Promise<Variable> {
    checkOptions(`${this.constructor.name}.predict`, options, ['oversample']);
    const x = (await this.batch('predict', images, { size: [256, 256] })).array;
    const ten = options.oversample ?? true;
    const views = ten ? oversample(x, [224, 224]) : sliced(sliced(x, 2, 16, 224), 3, 16, 224);
    return noBackpropMode(() =>
      usingConfig('train', false, () => {
        const y = this.forward(new Variable(views)).prob as Variable;
        return ten ? average(reshape(y, [images.length, 10, ...y.shape.slice(1)]), { axis: 1 }) : y;
      }),
    );
  }

  private async batch(
    who: string,
    images: readonly ImageSource[],
    options: PrepareOptions,
  ): Promise<Variable> {
    const name = `${this.constructor.name}.${who}`;
    if (!Array.isArray(images) || images.length === 0)
      throw new TypeError(`[${name}] images must be a list of at least one image`);
    const prepared = await Promise.all(
      images.map((image: ImageSource) => prepareImage(name, image, this.meanBgr, options)),
    );
    const x = stack(prepared);
    const W = [...this.params({ includeUninit: false })][0];
    return new Variable(W === undefined ? x : x.to(W.array.device));
  }
}
