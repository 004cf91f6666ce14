import { Chain, functions as F, links as L, type Variable } from 'chainer';

/** Two convolutions with batch normalization, added to their input (He et al., 2015). */
class Block extends Chain {
  readonly conv1: L.Convolution2D;
  readonly bn1: L.BatchNormalization;
  readonly conv2: L.Convolution2D;
  readonly bn2: L.BatchNormalization;
  readonly shortcut: L.Convolution2D | null;

  constructor(inner: number, outer: number, stride: number) {
    super();
    this.conv1 = new L.Convolution2D(inner, outer, 3, { stride, pad: 1, nobias: true });
    this.bn1 = new L.BatchNormalization(outer);
    this.conv2 = new L.Convolution2D(outer, outer, 3, { pad: 1, nobias: true });
    this.bn2 = new L.BatchNormalization(outer);
    this.shortcut = inner === outer ? null : new L.Convolution2D(inner, outer, 1, { stride });
  }

  forward(x: Variable): Variable {
    const h = F.relu(this.bn1.forward(this.conv1.forward(x)));
    const residual = this.bn2.forward(this.conv2.forward(h));
    return F.relu(residual.add(this.shortcut ? this.shortcut.forward(x) : x));
  }
}

/** A small residual network: three blocks over 28, 14 and 7 pixels. */
export class Model extends Chain {
  readonly conv = new L.Convolution2D(1, 8, 3, { pad: 1 });
  readonly block1 = new Block(8, 8, 1);
  readonly block2 = new Block(8, 16, 2);
  readonly block3 = new Block(16, 32, 2);
  readonly fc = new L.Linear(null, 10);

  // x: [N, 1, 28, 28]
  forward(x: Variable): Variable {
    let h = F.relu(this.conv.forward(x));
    for (const block of [this.block1, this.block2, this.block3]) h = block.forward(h);
    return this.fc.forward(F.averagePooling2d(h, 7));
  }
}
