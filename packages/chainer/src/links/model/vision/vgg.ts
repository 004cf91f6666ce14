import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../../core/check-options.ts';
import type { VariableLike } from '../../../core/variable.ts';
import { relu } from '../../../functions/activation/relu.ts';
import { softmax } from '../../../functions/activation/softmax.ts';
import { dropout } from '../../../functions/noise/dropout.ts';
import { maxPooling2d } from '../../../functions/pooling/max-pooling2d.ts';
import { Normal } from '../../../initializers/normal.ts';
import { Convolution2D } from '../../connection/convolution2d.ts';
import { Linear } from '../../connection/linear.ts';
import { type ImageSource, type PrepareOptions, prepareImage } from './image.ts';
import { type Layers, type Step, VisionLayers, type VisionOptions } from './vision-layers.ts';
import {
  type CaffeMapping,
  convertWeights,
  downloadWeights,
  type Published,
  weightsAndBias,
} from './weights.ts';

const meanBgr = [103.939, 116.779, 123.68] as const;
const pool = (x: VariableLike) => maxPooling2d(x, 2, { stride: 2 });
const drop = (x: VariableLike) => dropout(x);
const activate = (x: VariableLike) => relu(x);

const published = {
  16: {
    npz: 'VGG_ILSVRC_16_layers.npz',
    caffemodel: 'VGG_ILSVRC_16_layers.caffemodel',
    url: 'https://www.robots.ox.ac.uk/%7Evgg/software/very_deep/caffe/VGG_ILSVRC_16_layers.caffemodel',
    page: 'https://www.robots.ox.ac.uk/~vgg/research/very_deep',
  },
  19: {
    npz: 'VGG_ILSVRC_19_layers.npz',
    caffemodel: 'VGG_ILSVRC_19_layers.caffemodel',
    url: 'http://www.robots.ox.ac.uk/%7Evgg/software/very_deep/caffe/VGG_ILSVRC_19_layers.caffemodel',
    page: 'https://www.robots.ox.ac.uk/~vgg/research/very_deep',
  },
} as const satisfies Record<number, Published>;

/** Channels of the five blocks. */
const widths = [64, 128, 256, 512, 512];

/** The networks of 16 and 19 layers: blocks of 3 × 3 convolutions, three fully connected layers. */
abstract class VGGLayers extends VisionLayers {
  protected readonly meanBgr = meanBgr;
  protected readonly featureLayer = 'fc7';
  protected readonly published: Published;
  declare readonly conv1_1: Convolution2D;
  declare readonly conv1_2: Convolution2D;
  declare readonly conv2_1: Convolution2D;
  declare readonly conv2_2: Convolution2D;
  declare readonly conv3_1: Convolution2D;
  declare readonly conv3_2: Convolution2D;
  declare readonly conv3_3: Convolution2D;
  declare readonly conv4_1: Convolution2D;
  declare readonly conv4_2: Convolution2D;
  declare readonly conv4_3: Convolution2D;
  declare readonly conv5_1: Convolution2D;
  declare readonly conv5_2: Convolution2D;
  declare readonly conv5_3: Convolution2D;
  readonly fc6: Linear;
  readonly fc7: Linear;
  readonly fc8: Linear;
  private readonly depths: readonly number[];

  constructor(layers: 16 | 19, options: VisionOptions) {
    super();
    checkOptions(new.target.name, options, ['pretrainedModel']);
    const { pretrainedModel = 'auto' } = options;
    this.published = published[layers];
    // What is loaded afterwards need not be drawn.
    const init = { initialW: pretrainedModel === null ? new Normal({ scale: 0.01 }) : 0 };
    this.depths = layers === 16 ? [2, 2, 3, 3, 3] : [2, 2, 4, 4, 4];
    let channels = 3;
    for (const [i, depth] of this.depths.entries()) {
      for (let k = 1; k <= depth; k++) {
        const width = widths[i] as number;
        this.convolutions[`conv${i + 1}_${k}`] = new Convolution2D(channels, width, 3, { pad: 1, ...init });
        channels = width;
      }
    }
    this.fc6 = new Linear(512 * 7 * 7, 4096, init);
    this.fc7 = new Linear(4096, 4096, init);
    this.fc8 = new Linear(4096, 1000, init);
    this.load(pretrainedModel);
  }

  /** The convolutions are fields of the link itself: `conv1_1`, … */
  private get convolutions(): Record<string, Convolution2D> {
    return this as unknown as Record<string, Convolution2D>;
  }

  protected override get functions(): Layers {
    const layers: [string, Step[]][] = [];
    for (const [i, depth] of this.depths.entries()) {
      for (let k = 1; k <= depth; k++) {
        const name = `conv${i + 1}_${k}`;
        layers.push([name, [this.convolutions[name] as Convolution2D, activate]]);
      }
      layers.push([`pool${i + 1}`, [pool]]);
    }
    return [
      ...layers,
      ['fc6', [this.fc6, activate, drop]],
      ['fc7', [this.fc7, activate, drop]],
      ['fc8', [this.fc8]],
      ['prob', [(x) => softmax(x)]],
    ];
  }

  /** The layers have the same names in the `.caffemodel`. */
  protected override get caffeMapping(): CaffeMapping {
    return new Map(this.namedChildren().flatMap(([name]) => weightsAndBias(name, name)));
  }

  /** Writes the weights of a `.caffemodel` as the `.npz` that the constructor takes. */
  static async convertCaffemodelToNpz(
    this: new (
      options: VisionOptions,
    ) => VGGLayers,
    pathCaffemodel: string,
    pathNpz: string,
  ): Promise<void> {
    const model = new this({ pretrainedModel: null });
    await convertWeights(model, model.caffeMapping, pathCaffemodel, pathNpz);
  }
}

/**
 * The network of 16 layers of Oxford's Visual Geometry Group (Simonyan and Zisserman, 2015), with its published weights.
 *
 * Layers: `conv1_1`, `conv1_2`, `pool1`, …, `conv5_3`, `pool5`, `fc6`, `fc7`, `fc8`, `prob`. `forward(x, {layers})` gives the results of
 * layers, `extract` and `predict` take images.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if the weights are not on this machine; call `download()` once.
 * @example
 * import { links as L, xp } from 'chainer';
 * const model = new L.VGG16Layers({ pretrainedModel: null });
 * const { pool2 } = model.forward(xp.ones([1, 3, 8, 8]), { layers: ['pool2'] });
 * pool2?.shape; // [1, 128, 2, 2]
 */
export class VGG16Layers extends VGGLayers {
  constructor(options: VisionOptions = {}) {
    super(16, options);
  }

  /** Downloads the published weights (528 MB) to where `pretrainedModel: 'auto'` looks for them. @returns path of the `.npz` */
  static download(): Promise<string> {
    return downloadWeights('VGG16Layers', published[16], (from, to) =>
      VGG16Layers.convertCaffemodelToNpz(from, to),
    );
  }
}

/**
 * The network of 19 layers of Oxford's Visual Geometry Group: as `VGG16Layers`, with `conv3_4`, `conv4_4` and `conv5_4`.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if the weights are not on this machine; call `download()` once.
 */
export class VGG19Layers extends VGGLayers {
  declare readonly conv3_4: Convolution2D;
  declare readonly conv4_4: Convolution2D;
  declare readonly conv5_4: Convolution2D;

  constructor(options: VisionOptions = {}) {
    super(19, options);
  }

  /** Downloads the published weights (548 MB) to where `pretrainedModel: 'auto'` looks for them. @returns path of the `.npz` */
  static download(): Promise<string> {
    return downloadWeights('VGG19Layers', published[19], (from, to) =>
      VGG19Layers.convertCaffemodelToNpz(from, to),
    );
  }
}

/**
 * An image as VGG networks take it: resized, channels in the order blue, green, red, their means subtracted.
 *
 * @param image `[H, W]`, `[H, W, C]` or `[C, H, W]` in RGB, or an image file (read by the optional package `sharp`)
 * @param options `size`: `[width, height]`, `[224, 224]` unless given; null leaves the image as it is.
 * @returns `[3, H, W]`
 */
export function prepare(image: ImageSource, options: PrepareOptions = {}): Promise<NdArray> {
  return prepareImage('vgg.prepare', image, meanBgr, options);
}
