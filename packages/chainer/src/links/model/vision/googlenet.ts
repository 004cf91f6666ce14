import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../../core/check-options.ts';
import type { VariableLike } from '../../../core/variable.ts';
import { relu } from '../../../functions/activation/relu.ts';
import { softmax } from '../../../functions/activation/softmax.ts';
import { dropout } from '../../../functions/noise/dropout.ts';
import { localResponseNormalization } from '../../../functions/normalization/local-response-normalization.ts';
import { averagePooling2d } from '../../../functions/pooling/average-pooling2d.ts';
import { maxPooling2d } from '../../../functions/pooling/max-pooling2d.ts';
import { LeCunUniform } from '../../../initializers/le-cun-uniform.ts';
import { Convolution2D } from '../../connection/convolution2d.ts';
import { Inception } from '../../connection/inception.ts';
import { Linear } from '../../connection/linear.ts';
import { type ImageSource, type PrepareOptions, prepareImage } from './image.ts';
import { type Layers, VisionLayers, type VisionOptions } from './vision-layers.ts';
import {
  type CaffeMapping,
  convertWeights,
  downloadWeights,
  type Published,
  weightsAndBias,
} from './weights.ts';

const meanBgr = [104, 117, 123] as const;
const activate = (x: VariableLike) => relu(x);
const pool = (x: VariableLike) => maxPooling2d(x, 3, { stride: 2 });
const normalize = (x: VariableLike) => localResponseNormalization(x, { n: 5, k: 1, alpha: 1e-4 / 5 });
const pool5 = (x: VariableLike) => averagePooling2d(x, 5, { stride: 3 });
const pool7 = (x: VariableLike) => averagePooling2d(x, 7, { stride: 1 });
const drop = (x: VariableLike) => dropout(x, { ratio: 0.4 });

const published: Published = {
  npz: 'bvlc_googlenet.npz',
  caffemodel: 'bvlc_googlenet.caffemodel',
  url: 'http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel',
  page: 'https://github.com/BVLC/caffe/tree/master/models/bvlc_googlenet',
};

/** Channels of the modules: input, 1 × 1, before 3 × 3, 3 × 3, before 5 × 5, 5 × 5, behind the pooling. */
const modules = {
  '3a': [192, 64, 96, 128, 16, 32, 32],
  '3b': [256, 128, 128, 192, 32, 96, 64],
  '4a': [480, 192, 96, 208, 16, 48, 64],
  '4b': [512, 160, 112, 224, 24, 64, 64],
  '4c': [512, 128, 128, 256, 24, 64, 64],
  '4d': [512, 112, 144, 288, 32, 64, 64],
  '4e': [528, 256, 160, 320, 32, 128, 128],
  '5a': [832, 256, 160, 320, 32, 128, 128],
  '5b': [832, 384, 192, 384, 48, 128, 128],
} as const;
type ModuleName = keyof typeof modules;
type Channels = readonly [number, number, number, number, number, number, number];

const make = (name: ModuleName) => new Inception(...(modules[name] as Channels));

/**
 * GoogLeNet (Szegedy et al., 2014), with the weights that Berkeley published, and both auxiliary classifiers.
 *
 * Layers: `conv1`, `pool1`, `conv2_reduce`, `conv2`, `pool2`, `inception_3a`, …, `inception_5b`, `pool5`, `loss3_fc`, `prob`, `loss1_fc2`,
 * `loss2_fc2`. `forward(x, {layers})` gives the results of layers, `extract` and `predict` take images.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if the weights are not on this machine; call `download()` once.
 * @example
 * import { links as L, xp } from 'chainer';
 * const model = new L.GoogLeNet({ pretrainedModel: null });
 * const { pool2 } = model.forward(xp.ones([1, 3, 32, 32]), { layers: ['pool2'] });
 * pool2?.shape; // [1, 192, 4, 4]
 */
export class GoogLeNet extends VisionLayers {
  protected readonly meanBgr = meanBgr;
  protected readonly featureLayer = 'pool5';
  protected readonly published = published;
  protected override readonly branches = { loss1_fc2: 'inception_4a', loss2_fc2: 'inception_4d' };
  readonly conv1: Convolution2D;
  readonly conv2_reduce: Convolution2D;
  readonly conv2: Convolution2D;
  readonly inc3a = make('3a');
  readonly inc3b = make('3b');
  readonly inc4a = make('4a');
  readonly inc4b = make('4b');
  readonly inc4c = make('4c');
  readonly inc4d = make('4d');
  readonly inc4e = make('4e');
  readonly inc5a = make('5a');
  readonly inc5b = make('5b');
  readonly loss3_fc: Linear;
  readonly loss1_conv: Convolution2D;
  readonly loss1_fc1: Linear;
  readonly loss1_fc2: Linear;
  readonly loss2_conv: Convolution2D;
  readonly loss2_fc1: Linear;
  readonly loss2_fc2: Linear;

  constructor(options: VisionOptions = {}) {
    super();
    checkOptions('GoogLeNet', options, ['pretrainedModel']);
    const { pretrainedModel = 'auto' } = options;
    // What is loaded afterwards need not be drawn.
    const init = { initialW: pretrainedModel === null ? new LeCunUniform() : 0 };
    this.conv1 = new Convolution2D(3, 64, 7, { stride: 2, pad: 3, ...init });
    this.conv2_reduce = new Convolution2D(64, 64, 1, init);
    this.conv2 = new Convolution2D(64, 192, 3, { pad: 1, ...init });
    this.loss3_fc = new Linear(1024, 1000, init);
    this.loss1_conv = new Convolution2D(512, 128, 1, init);
    this.loss1_fc1 = new Linear(2048, 1024, init);
    this.loss1_fc2 = new Linear(1024, 1000, init);
    this.loss2_conv = new Convolution2D(528, 128, 1, init);
    this.loss2_fc1 = new Linear(2048, 1024, init);
    this.loss2_fc2 = new Linear(1024, 1000, init);
    this.load(pretrainedModel);
  }

  protected override get functions(): Layers {
    return [
      ['conv1', [this.conv1, activate]],
      ['pool1', [pool, normalize]],
      ['conv2_reduce', [this.conv2_reduce, activate]],
      ['conv2', [this.conv2, activate, normalize]],
      ['pool2', [pool]],
      ['inception_3a', [this.inc3a]],
      ['inception_3b', [this.inc3b]],
      ['pool3', [pool]],
      ['inception_4a', [this.inc4a]],
      ['inception_4b', [this.inc4b]],
      ['inception_4c', [this.inc4c]],
      ['inception_4d', [this.inc4d]],
      ['inception_4e', [this.inc4e]],
      ['pool4', [pool]],
      ['inception_5a', [this.inc5a]],
      ['inception_5b', [this.inc5b]],
      ['pool5', [pool7]],
      ['loss3_fc', [drop, this.loss3_fc]],
      ['prob', [(x) => softmax(x)]],
      // Behind `prob`, so that they are computed only where they are asked for.
      ['loss1_fc2', [pool5, this.loss1_conv, activate, this.loss1_fc1, activate, this.loss1_fc2]],
      ['loss2_fc2', [pool5, this.loss2_conv, activate, this.loss2_fc1, activate, this.loss2_fc2]],
    ];
  }

  protected override get caffeMapping(): CaffeMapping {
    const plain = {
      conv1: 'conv1/7x7_s2',
      conv2_reduce: 'conv2/3x3_reduce',
      conv2: 'conv2/3x3',
      loss1_conv: 'loss1/conv',
      loss1_fc1: 'loss1/fc',
      loss1_fc2: 'loss1/classifier',
      loss2_conv: 'loss2/conv',
      loss2_fc1: 'loss2/fc',
      loss2_fc2: 'loss2/classifier',
      loss3_fc: 'loss3/classifier',
    };
    const inside = {
      conv1: '1x1',
      proj3: '3x3_reduce',
      conv3: '3x3',
      proj5: '5x5_reduce',
      conv5: '5x5',
      projp: 'pool_proj',
    };
    return new Map([
      ...Object.entries(plain).flatMap(([key, layer]) => weightsAndBias(key, layer)),
      ...Object.keys(modules).flatMap((name) =>
        Object.entries(inside).flatMap(([key, layer]) =>
          weightsAndBias(`inc${name}/${key}`, `inception_${name}/${layer}`),
        ),
      ),
    ]);
  }

  /** Writes the weights of a `.caffemodel` as the `.npz` that the constructor takes. */
  static async convertCaffemodelToNpz(pathCaffemodel: string, pathNpz: string): Promise<void> {
    const model = new GoogLeNet({ pretrainedModel: null });
    await convertWeights(model, model.caffeMapping, pathCaffemodel, pathNpz);
  }

  /** Downloads the published weights (53 MB) to where `pretrainedModel: 'auto'` looks for them. @returns path of the `.npz` */
  static download(): Promise<string> {
    return downloadWeights('GoogLeNet', published, (from, to) => GoogLeNet.convertCaffemodelToNpz(from, to));
  }
}

/**
 * An image as GoogLeNet takes it: resized, channels in the order blue, green, red, their means subtracted.
 *
 * @param image `[H, W]`, `[H, W, C]` or `[C, H, W]` in RGB, or an image file (read by the optional package `sharp`)
 * @param options `size`: `[width, height]`, `[224, 224]` unless given; null leaves the image as it is.
 * @returns `[3, H, W]`
 */
export function prepare(image: ImageSource, options: PrepareOptions = {}): Promise<NdArray> {
  return prepareImage('googlenet.prepare', image, meanBgr, options);
}
