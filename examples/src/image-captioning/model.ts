import {
  Chain,
  functions as F,
  links as L,
  noBackpropMode,
  report,
  usingConfig,
  type Variable,
  type VariableLike,
  type xp,
} from 'chainer';
import type { LanguageModel } from './language.ts';

/** Features of pictures: the layer `fc7` of VGG16, with its published weights. */
export class VGG16Features extends Chain {
  static readonly side = 224;
  readonly cnn = new L.VGG16Layers();

  override forward(x: VariableLike): Variable {
    return this.cnn.forward(x, { layers: ['fc7'] }).fc7 as Variable;
  }
}

/** Features of small pictures, learnt with the captions. */
export class SmallFeatures extends Chain {
  static readonly side = 48;
  readonly conv1 = new L.Convolution2D(3, 12, 5, { stride: 2, pad: 2 });
  readonly conv2 = new L.Convolution2D(12, 24, 3, { stride: 2, pad: 1 });
  readonly fc = new L.Linear(24 * 12 * 12, 32);
  // While the frequent words are learnt, features would grow alike for all pictures, until the LSTM is deaf: they stay small.
  readonly bn = new L.BatchNormalization(32, { useGamma: false });

  override forward(x: VariableLike): Variable {
    const h = F.relu(this.conv2.forward(F.relu(this.conv1.forward(F.div(x, 128)))));
    return F.mul(this.bn.forward(this.fc.forward(h)), 0.2);
  }
}

/** Says what is on a picture (Vinyals et al., 2014): features of a convolutional network, and a recurrent one that starts from them. */
export class ImageCaptionModel extends Chain {
  readonly features: VGG16Features | SmallFeatures;
  readonly language: LanguageModel;
  private readonly finetune: boolean;

  /** @param finetune whether the features learn, too */
  constructor(features: VGG16Features | SmallFeatures, language: LanguageModel, finetune: boolean) {
    super();
    this.features = features;
    this.language = language;
    this.finetune = finetune;
  }

  /** @param x `[N, 3, H, W]` */
  override forward(x: xp.NdArray, captions: readonly xp.NdArray[]): Variable {
    const loss = this.language.forward(this.finetune ? this.features.forward(x) : this.fixed(x), captions);
    report({ loss }, this);
    return loss;
  }

  /** The captions of pictures, as ids. */
  predict(x: xp.NdArray, longest: number): number[][] {
    return noBackpropMode(() =>
      usingConfig('train', false, () => this.language.predict(this.fixed(x), longest)),
    );
  }

  /** The features as they are in use: without dropout, and without a graph. */
  private fixed(x: xp.NdArray): Variable {
    return noBackpropMode(() => usingConfig('train', false, () => this.features.forward(x)));
  }
}
