import { Chain, functions as F, initializers, links as L, type Variable, type xp } from 'chainer';

/** What a residual network consists of. */
interface Shape {
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Channels of the 3×3 convolution in the first stage, doubled from stage to stage. */
  readonly middle: number;
  /** Channels between the blocks of the first stage. */
  readonly output: number;
  /** Groups of the 3×3 convolution. */
  readonly groups: number;
  /** Which convolution of a stage's first block halves the picture. */
  readonly strided: '1x1' | '3x3';
}

function convolution(input: number, output: number, ksize: number, stride = 1, groups = 1): L.Convolution2D {
  const initialW = new initializers.HeNormal();
  return new L.Convolution2D(input, output, ksize, {
    stride,
    pad: (ksize - 1) / 2,
    groups,
    initialW,
    nobias: true,
  });
}

/** 1×1, 3×3, 1×1 convolutions around a shortcut. */
class Bottleneck extends Chain {
  c1: L.Convolution2D;
  b1: L.BatchNormalization;
  c2: L.Convolution2D;
  b2: L.BatchNormalization;
  c3: L.Convolution2D;
  b3: L.BatchNormalization;
  c4: L.Convolution2D | null = null;
  b4: L.BatchNormalization | null = null;

  constructor(input: number, middle: number, output: number, stride: number, shape: Shape) {
    super();
    const [s1, s3] = shape.strided === '1x1' ? [stride, 1] : [1, stride];
    this.c1 = convolution(input, middle, 1, s1);
    this.b1 = new L.BatchNormalization(middle);
    this.c2 = convolution(middle, middle, 3, s3, shape.groups);
    this.b2 = new L.BatchNormalization(middle);
    this.c3 = convolution(middle, output, 1);
    this.b3 = new L.BatchNormalization(output);
    if (input !== output) {
      this.c4 = convolution(input, output, 1, stride);
      this.b4 = new L.BatchNormalization(output);
    }
  }

  forward(x: Variable): Variable {
    let h = F.relu(this.b1.forward(this.c1.forward(x)));
    h = F.relu(this.b2.forward(this.c2.forward(h)));
    h = this.b3.forward(this.c3.forward(h));
    const shortcut = this.c4 === null || this.b4 === null ? x : this.b4.forward(this.c4.forward(x));
    return F.relu(F.add(h, shortcut));
  }
}

/** A residual network of bottleneck blocks (He et al., 2015) for pictures of any size. */
class ResNet extends Chain {
  conv1: L.Convolution2D;
  bn1: L.BatchNormalization;
  blocks: Bottleneck[] = [];
  fc: L.Linear;

  constructor(shape: Shape) {
    super();
    const stem = shape.output / 4;
    this.conv1 = convolution(3, stem, 7, 2);
    this.bn1 = new L.BatchNormalization(stem);
    let input = stem;
    shape.blocks.forEach((n, stage) => {
      const [middle, output] = [shape.middle * 2 ** stage, shape.output * 2 ** stage];
      for (let k = 0; k < n; k++) {
        const stride = k === 0 && stage > 0 ? 2 : 1;
        this.blocks.push(new Bottleneck(input, middle, output, stride, shape));
        input = output;
      }
    });
    this.fc = new L.Linear(input, 1000);
  }

  /** @param x images, `[N, 3, H, W]` */
  forward(x: xp.NdArray): Variable {
    let h: Variable = F.relu(this.bn1.forward(this.conv1.forward(x)));
    h = F.maxPooling2d(h, 3, { stride: 2, pad: 1, coverAll: false });
    for (const block of this.blocks) h = this.applied(block, h);
    return this.fc.forward(F.average(h, { axis: [2, 3] }));
  }

  protected applied(block: Bottleneck, x: Variable): Variable {
    return block.forward(x);
  }
}

const deep = { blocks: [3, 4, 6, 3], output: 256 } as const;

/** ResNet-50, the stride in the first 1×1 convolution of a stage. */
export class ResNet50 extends ResNet {
  static readonly insize = 224;

  constructor() {
    super({ ...deep, middle: 64, groups: 1, strided: '1x1' });
  }
}

/** The same, remembering only what goes from block to block: each is computed a second time in the backward pass. */
export class ForgetfulResNet50 extends ResNet50 {
  protected override applied(block: Bottleneck, x: Variable): Variable {
    return F.forget((v) => block.forward(v), x);
  }
}

/** ResNeXt-50 (Xie et al., 2016): 3×3 convolutions in 32 groups of 4 channels, twice as wide. */
export class ResNeXt50 extends ResNet {
  static readonly insize = 224;

  constructor() {
    super({ ...deep, middle: 128, groups: 32, strided: '3x3' });
  }
}

/** Four narrow blocks, for small pictures and a first try. */
export class SmallResNet extends ResNet {
  static readonly insize = 48;

  constructor() {
    super({ blocks: [1, 1, 1, 1], middle: 8, output: 32, groups: 1, strided: '3x3' });
  }
}
