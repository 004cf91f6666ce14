import { Chain, config, functions as F, links as L, type Variable, type xp } from 'chainer';

/** A classifier within the network, from which its lower layers learn sooner. */
class Branch extends Chain {
  conv: L.Convolution2D;
  norm1 = new L.BatchNormalization(128);
  fc1 = new L.Linear(128 * 4 * 4, 1024, { nobias: true });
  norm2 = new L.BatchNormalization(1024);
  fc2 = new L.Linear(1024, 1000);

  constructor(channels: number) {
    super();
    this.conv = new L.Convolution2D(channels, 128, 1, { nobias: true });
  }

  forward(h: Variable): Variable {
    const pooled = F.averagePooling2d(h, 5, { stride: 3 });
    const small = F.relu(this.norm1.forward(this.conv.forward(pooled)));
    return this.fc2.forward(F.relu(this.norm2.forward(this.fc1.forward(small))));
  }
}

/** GoogLeNet with batch normalization (Ioffe & Szegedy, 2015), as Chainer's ImageNet example has it. */
export class GoogLeNetBN extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 7, { stride: 2, pad: 3, nobias: true });
  norm1 = new L.BatchNormalization(64);
  conv2 = new L.Convolution2D(64, 192, 3, { pad: 1, nobias: true });
  norm2 = new L.BatchNormalization(192);
  inc3a = new L.InceptionBN(192, 64, 64, 64, 64, 96, 'avg', { projPool: 32 });
  inc3b = new L.InceptionBN(256, 64, 64, 96, 64, 96, 'avg', { projPool: 64 });
  inc3c = new L.InceptionBN(320, 0, 128, 160, 64, 96, 'max', { stride: 2 });
  inc4a = new L.InceptionBN(576, 224, 64, 96, 96, 128, 'avg', { projPool: 128 });
  inc4b = new L.InceptionBN(576, 192, 96, 128, 96, 128, 'avg', { projPool: 128 });
  inc4c = new L.InceptionBN(576, 160, 128, 160, 128, 160, 'avg', { projPool: 128 });
  inc4d = new L.InceptionBN(608, 96, 128, 192, 160, 192, 'avg', { projPool: 128 });
  inc4e = new L.InceptionBN(608, 0, 128, 192, 192, 256, 'max', { stride: 2 });
  inc5a = new L.InceptionBN(1056, 352, 192, 320, 160, 224, 'avg', { projPool: 128 });
  inc5b = new L.InceptionBN(1024, 352, 192, 320, 192, 224, 'max', { projPool: 128 });
  out = new L.Linear(1024, 1000);
  branchA: Branch | null = null;
  branchB: Branch | null = null;

  /** @param branches whether there are classifiers within the network, too */
  constructor(branches = true) {
    super();
    if (!branches) return;
    this.branchA = new Branch(576);
    this.branchB = new Branch(608);
  }

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    return this.scores(x)[0];
  }

  /** The scores, and in training those of the classifiers within. */
  scores(x: xp.NdArray): [Variable, ...Variable[]] {
    const branch = (link: Branch | null, h: Variable) =>
      config.train && link !== null ? [link.forward(h)] : [];

    let h = pool(F.relu(this.norm1.forward(this.conv1.forward(x))));
    h = pool(F.relu(this.norm2.forward(this.conv2.forward(h))));
    h = this.inc3c.forward(this.inc3b.forward(this.inc3a.forward(h)));
    h = this.inc4a.forward(h);
    const a = branch(this.branchA, h);
    h = this.inc4d.forward(this.inc4c.forward(this.inc4b.forward(h)));
    const b = branch(this.branchB, h);
    h = this.inc5b.forward(this.inc5a.forward(this.inc4e.forward(h)));
    return [this.out.forward(F.averagePooling2d(h, [...h.shape.slice(2)])), ...a, ...b];
  }
}

function pool(h: Variable): Variable {
  return F.maxPooling2d(h, 3, { stride: 2, pad: 1, coverAll: false });
}
