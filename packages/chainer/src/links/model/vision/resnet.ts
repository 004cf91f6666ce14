import type { NdArray } from '@chainer/xp/functions';
import { Chain } from '../../../core/chain.ts';
import { checkOptions } from '../../../core/check-options.ts';
import type { InitializerLike } from '../../../core/initializer.ts';
import type { Variable, VariableLike } from '../../../core/variable.ts';
import { relu } from '../../../functions/activation/relu.ts';
import { softmax } from '../../../functions/activation/softmax.ts';
import { reshape } from '../../../functions/array/reshape.ts';
import { add } from '../../../functions/math/add.ts';
import { averagePooling2d } from '../../../functions/pooling/average-pooling2d.ts';
import { maxPooling2d } from '../../../functions/pooling/max-pooling2d.ts';
import { HeNormal } from '../../../initializers/he-normal.ts';
import { Convolution2D } from '../../connection/convolution2d.ts';
import { Linear } from '../../connection/linear.ts';
import { BatchNormalization } from '../../normalization/batch-normalization.ts';
import { type ImageSource, type PrepareOptions, prepareImage } from './image.ts';
import { type Layers, VisionLayers, type VisionOptions } from './vision-layers.ts';
import {
  type CaffeMapping,
  type CaffeSource,
  convertWeights,
  normalization,
  type Published,
  weightsAndBias,
} from './weights.ts';

const meanBgr = [103.063, 115.903, 123.152] as const;

/** Options of residual networks. */
export interface ResNetOptions extends VisionOptions {
  /**
   * Where a block halves its resolution: in its 3 × 3 convolution, as Facebook's networks do, or (unless true) in its first 1 × 1
   * convolution, as the published weights want it.
   */
  readonly downsampleFb?: boolean;
}

/** 1 × 1, 3 × 3 and 1 × 1 convolutions beside a shortcut, which is a convolution where the shape changes. */
class Bottleneck extends Chain {
  readonly conv1: Convolution2D;
  readonly bn1: BatchNormalization;
  readonly conv2: Convolution2D;
  readonly bn2: BatchNormalization;
  readonly conv3: Convolution2D;
  readonly bn3: BatchNormalization;
  readonly conv4: Convolution2D | null = null;
  readonly bn4: BatchNormalization | null = null;

  constructor(
    channels: readonly [input: number, middle: number, output: number],
    strides: readonly [first: number, second: number] | null,
    initialW: InitializerLike,
  ) {
    super();
    const [input, middle, output] = channels;
    const [first, second] = strides ?? [1, 1];
    const own = { initialW, nobias: true };
    this.conv1 = new Convolution2D(input, middle, 1, { stride: first, ...own });
    this.bn1 = new BatchNormalization(middle);
    this.conv2 = new Convolution2D(middle, middle, 3, { stride: second, pad: 1, ...own });
    this.bn2 = new BatchNormalization(middle);
    this.conv3 = new Convolution2D(middle, output, 1, own);
    this.bn3 = new BatchNormalization(output);
    if (strides !== null) {
      this.conv4 = new Convolution2D(input, output, 1, { stride: first * second, ...own });
      this.bn4 = new BatchNormalization(output);
    }
  }

  forward(x: VariableLike): Variable {
    let h = relu(this.bn1.forward(this.conv1.forward(x)));
    h = relu(this.bn2.forward(this.conv2.forward(h)));
    h = this.bn3.forward(this.conv3.forward(h));
    return relu(
      add(h, this.conv4 === null ? x : (this.bn4 as BatchNormalization).forward(this.conv4.forward(x))),
    );
  }

  /** Where its entries come from, in Caffe's names: branch 2 is the convolutions, branch 1 the shortcut. */
  caffeMapping(path: string, name: string): [string, CaffeSource][] {
    const branches = this.conv4 === null ? ['2a', '2b', '2c'] : ['2a', '2b', '2c', '1'];
    return branches.flatMap((branch, i): [string, CaffeSource][] => {
      const layer = `${name}_branch${branch}`;
      return [
        [`${path}/conv${i + 1}/W`, { layer: `res${layer}`, blob: 0 }],
        ...normalization(`${path}/bn${i + 1}`, `bn${layer}`, `scale${layer}`),
      ];
    });
  }
}

/** Bottlenecks of one resolution: `a`, which changes the shape, then `b1`, `b2`, … */
class BuildingBlock extends Chain {
  readonly a: Bottleneck;

  constructor(
    count: number,
    [input, middle, output]: readonly [number, number, number],
    strides: readonly [number, number],
    initialW: InitializerLike,
  ) {
    super();
    this.a = new Bottleneck([input, middle, output], strides, initialW);
    const fields = this as unknown as Record<string, Bottleneck>;
    for (let i = 1; i < count; i++)
      fields[`b${i}`] = new Bottleneck([output, middle, output], null, initialW);
  }

  forward(x: VariableLike): Variable {
    return (this.children() as Bottleneck[]).reduce<VariableLike>(
      (h, block) => block.forward(h),
      x,
    ) as Variable;
  }
}

const blocks = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const;
type Depth = keyof typeof blocks;

const published = (depth: Depth): Published => ({
  npz: `ResNet-${depth}-model.npz`,
  caffemodel: `ResNet-${depth}-model.caffemodel`,
  url: null,
  page: 'https://github.com/KaimingHe/deep-residual-networks',
});

/** Residual networks (He et al., 2015): a convolution, four blocks, the mean over all places, a fully connected layer. */
abstract class ResNetLayers extends VisionLayers {
  protected readonly meanBgr = meanBgr;
  protected readonly featureLayer = 'pool5';
  protected readonly published: Published;
  readonly conv1: Convolution2D;
  readonly bn1: BatchNormalization;
  readonly res2: BuildingBlock;
  readonly res3: BuildingBlock;
  readonly res4: BuildingBlock;
  readonly res5: BuildingBlock;
  readonly fc6: Linear;
  private readonly depth: Depth;

  constructor(depth: Depth, options: ResNetOptions) {
    super();
    checkOptions(new.target.name, options, ['pretrainedModel', 'downsampleFb']);
    const { pretrainedModel = 'auto', downsampleFb = false } = options;
    this.depth = depth;
    this.published = published(depth);
    const init = pretrainedModel === null ? new HeNormal() : 0;
    const [n2, n3, n4, n5] = blocks[depth];
    const half = downsampleFb ? ([1, 2] as const) : ([2, 1] as const);
    this.conv1 = new Convolution2D(3, 64, 7, { stride: 2, pad: 3, initialW: init });
    this.bn1 = new BatchNormalization(64);
    this.res2 = new BuildingBlock(n2, [64, 64, 256], [1, 1], init);
    this.res3 = new BuildingBlock(n3, [256, 128, 512], half, init);
    this.res4 = new BuildingBlock(n4, [512, 256, 1024], half, init);
    this.res5 = new BuildingBlock(n5, [1024, 512, 2048], half, init);
    this.fc6 = new Linear(2048, 1000);
    this.load(pretrainedModel);
  }

  protected override get functions(): Layers {
    return [
      ['conv1', [this.conv1, this.bn1, (x) => relu(x)]],
      ['pool1', [(x) => maxPooling2d(x, 3, { stride: 2 })]],
      ['res2', [this.res2]],
      ['res3', [this.res3]],
      ['res4', [this.res4]],
      ['res5', [this.res5]],
      ['pool5', [globalAverage]],
      ['fc6', [this.fc6]],
      ['prob', [(x) => softmax(x)]],
    ];
  }

  protected override get caffeMapping(): CaffeMapping {
    // Only the published network of 50 layers has a bias in its first convolution.
    const first = weightsAndBias('conv1', 'conv1').slice(0, this.depth === 50 ? 2 : 1);
    const entries = [...first, ...normalization('bn1', 'bn_conv1', 'scale_conv1')];
    for (let stage = 0; stage < 4; stage++) {
      const block = this[`res${stage + 2}` as 'res2'];
      // Short stages count on in letters, long ones (of the deeper networks) by numbers behind b.
      const numbered = this.depth !== 50 && (stage === 1 || stage === 2);
      for (const [i, [name, child]] of block.namedChildren().entries()) {
        const letter = i === 0 ? 'a' : numbered ? `b${i}` : String.fromCharCode(97 + i);
        entries.push(
          ...(child as Bottleneck).caffeMapping(`res${stage + 2}/${name}`, `${stage + 2}${letter}`),
        );
      }
    }
    return new Map([...entries, ...weightsAndBias('fc6', 'fc1000')]);
  }

  /** Writes the weights of a `.caffemodel` as the `.npz` that the constructor takes. */
  static async convertCaffemodelToNpz(
    this: new (
      options: ResNetOptions,
    ) => ResNetLayers,
    pathCaffemodel: string,
    pathNpz: string,
  ): Promise<void> {
    const model = new this({ pretrainedModel: null });
    await convertWeights(model, model.caffeMapping, pathCaffemodel, pathNpz);
  }
}

/** The mean over all places: `[N, C, H, W]` becomes `[N, C]`. */
function globalAverage(x: VariableLike): Variable {
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  return reshape(averagePooling2d(x, [height, width], { stride: 1 }), [n, channels]);
}

/**
 * The residual network of 50 layers (He et al., 2015), with the weights that its authors published.
 *
 * Layers: `conv1`, `pool1`, `res2`, `res3`, `res4`, `res5`, `pool5`, `fc6`, `prob`. `forward(x, {layers})` gives the results of layers,
 * `extract` and `predict` take images.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if `ResNet-50-model.caffemodel` or the `.npz` made of it is not in its
 * place; its authors give it out by a page, so no program can download it.
 * @example
 * import { links as L, xp } from 'chainer';
 * const model = new L.ResNet50Layers({ pretrainedModel: null });
 * const { pool1 } = model.forward(xp.ones([1, 3, 16, 16]), { layers: ['pool1'] });
 * pool1?.shape; // [1, 64, 4, 4]
 */
export class ResNet50Layers extends ResNetLayers {
  constructor(options: ResNetOptions = {}) {
    super(50, options);
  }
}

/**
 * The residual network of 101 layers: as `ResNet50Layers`, with 23 bottlenecks in its third block.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if its weights are not in their place.
 */
export class ResNet101Layers extends ResNetLayers {
  constructor(options: ResNetOptions = {}) {
    super(101, options);
  }
}

/**
 * The residual network of 152 layers: as `ResNet50Layers`, with 8 and 36 bottlenecks in its second and third block.
 *
 * @throws {Error} for `pretrainedModel: 'auto'` (unless given) if its weights are not in their place.
 */
export class ResNet152Layers extends ResNetLayers {
  constructor(options: ResNetOptions = {}) {
    super(152, options);
  }
}

/**
 * An image as residual networks take it: resized, channels in the order blue, green, red, their means subtracted.
 *
 * @param image `[H, W]`, `[H, W, C]` or `[C, H, W]` in RGB, or an image file (read by the optional package `sharp`)
 * @param options `size`: `[width, height]`, `[224, 224]` unless given; null leaves the image as it is.
 * @returns `[3, H, W]`
 */
export function prepare(image: ImageSource, options: PrepareOptions = {}): Promise<NdArray> {
  return prepareImage('resnet.prepare', image, meanBgr, options);
}
