import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

const plain = { nobias: true } as const;

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

  constructor(input: number, middle: number, output: number, stride: number) {
    super();
    this.c1 = new L.Convolution2D(input, middle, 1, { stride, ...plain });
    this.b1 = new L.BatchNormalization(middle);
    this.c2 = new L.Convolution2D(middle, middle, 3, { pad: 1, ...plain });
    this.b2 = new L.BatchNormalization(middle);
    this.c3 = new L.Convolution2D(middle, output, 1, plain);
    this.b3 = new L.BatchNormalization(output);
    if (input !== output) {
      this.c4 = new L.Convolution2D(input, output, 1, { stride, ...plain });
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

/** ResNet-50 (He et al., 2015), the stride in the first 1×1 convolution of a block. */
export class ResNet50 extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 7, { stride: 2, pad: 3, ...plain });
  bn1 = new L.BatchNormalization(64);
  blocks: Bottleneck[] = [];
  fc = new L.Linear(2048, 1000);

  constructor() {
    super();
    let input = 64;
    for (const [middle, output, n, stride] of [
      [64, 256, 3, 1],
      [128, 512, 4, 2],
      [256, 1024, 6, 2],
      [512, 2048, 3, 2],
    ] as const) {
      for (let k = 0; k < n; k++) {
        this.blocks.push(new Bottleneck(input, middle, output, k === 0 ? stride : 1));
        input = output;
      }
    }
  }

  /** @param x images, `[N, 3, 224, 224]` */
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

/** The same, remembering only what goes from block to block: each is computed a second time in the backward pass. */
export class ForgetfulResNet50 extends ResNet50 {
  protected override applied(block: Bottleneck, x: Variable): Variable {
    return F.forget((v) => block.forward(v), x);
  }
}
