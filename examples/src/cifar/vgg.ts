import { Chain, functions as F, links as L, Sequential, type Variable, type VariableLike } from 'chainer';

/** Convolution, batch normalization, ReLU. */
class Block extends Chain {
  readonly conv: L.Convolution2D;
  readonly bn: L.BatchNormalization;

  constructor(channels: number) {
    super();
    this.conv = new L.Convolution2D(null, channels, 3, { pad: 1, nobias: true });
    this.bn = new L.BatchNormalization(channels);
  }

  override forward(x: VariableLike): Variable {
    return F.relu(this.bn.forward(this.conv.forward(x)));
  }
}

/**
 * A VGG-style network for small pictures: stages of blocks, each half as wide and high as the one before; dropout within a stage.
 *
 * @param stages channels and number of blocks of each stage
 * @param dropout share that is dropped before the last layers; within stages it is somewhat less
 */
export class VGG extends Chain {
  readonly features: Sequential;
  readonly fc1: L.Linear;
  readonly bnFc1: L.BatchNormalization;
  readonly fc2: L.Linear;
  private readonly dropout: number;

  constructor(
    classes: number,
    stages: readonly (readonly [channels: number, blocks: number])[] = [
      [64, 2],
      [128, 2],
      [256, 3],
      [512, 3],
      [512, 3],
    ],
    hidden = 512,
    dropout = 0.5,
  ) {
    super();
    this.dropout = dropout;
    const pool = (x: Variable) => F.maxPooling2d(x, 2, { stride: 2 });
    const drop = (ratio: number) => (x: Variable) => F.dropout(x, { ratio });
    this.features = new Sequential(
      ...stages.flatMap(([channels, blocks], stage) => [
        ...Array.from({ length: blocks }, (_, i) => [
          new Block(channels),
          ...(i < blocks - 1 ? [drop((stage === 0 ? 0.6 : 0.8) * dropout)] : []),
        ]).flat(),
        pool,
      ]),
    );
    this.fc1 = new L.Linear(null, hidden, { nobias: true });
    this.bnFc1 = new L.BatchNormalization(hidden);
    this.fc2 = new L.Linear(null, classes, { nobias: true });
  }

  override forward(x: VariableLike): Variable {
    const h = F.dropout(this.features.forward(x) as Variable, { ratio: this.dropout });
    return this.fc2.forward(
      F.dropout(F.relu(this.bnFc1.forward(this.fc1.forward(h))), { ratio: this.dropout }),
    );
  }
}
