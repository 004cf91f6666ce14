import { Chain, config, functions as F, links as L, type Variable, type xp } from 'chainer';

/** A classifier within the network, from which its lower layers learn sooner. */
class Branch extends Chain {
  conv: L.Convolution2D;
  fc1 = new L.Linear(128 * 4 * 4, 1024);
  fc2 = new L.Linear(1024, 1000);

  constructor(channels: number) {
    super();
    this.conv = new L.Convolution2D(channels, 128, 1);
  }

  forward(h: Variable): Variable {
    const pooled = F.averagePooling2d(h, 5, { stride: 3 });
    return this.fc2.forward(F.relu(this.fc1.forward(F.relu(this.conv.forward(pooled)))));
  }
}

/**
 * GoogLeNet (Szegedy et al., 2014), as Chainer's ImageNet example has it.
 *
 * @param plain as convnet-benchmarks has it: one classifier, no local response normalization, no dropout.
 */
export class GoogLeNet extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 7, { stride: 2, pad: 3 });
  conv2Reduce = new L.Convolution2D(64, 64, 1);
  conv2 = new L.Convolution2D(64, 192, 3, { pad: 1 });
  inc3a = new L.Inception(192, 64, 96, 128, 16, 32, 32);
  inc3b = new L.Inception(256, 128, 128, 192, 32, 96, 64);
  inc4a = new L.Inception(480, 192, 96, 208, 16, 48, 64);
  inc4b = new L.Inception(512, 160, 112, 224, 24, 64, 64);
  inc4c = new L.Inception(512, 128, 128, 256, 24, 64, 64);
  inc4d = new L.Inception(512, 112, 144, 288, 32, 64, 64);
  inc4e = new L.Inception(528, 256, 160, 320, 32, 128, 128);
  inc5a = new L.Inception(832, 256, 160, 320, 32, 128, 128);
  inc5b = new L.Inception(832, 384, 192, 384, 48, 128, 128);
  loss3 = new L.Linear(1024, 1000);
  loss1: Branch | null = null;
  loss2: Branch | null = null;
  readonly #plain: boolean;

  constructor(plain = false) {
    super();
    this.#plain = plain;
    if (plain) return;
    this.loss1 = new Branch(512);
    this.loss2 = new Branch(528);
  }

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    return this.scores(x)[0];
  }

  /** The scores, and in training those of the classifiers within. */
  scores(x: xp.NdArray): [Variable, ...Variable[]] {
    const normalize = (h: Variable) => (this.#plain ? h : F.localResponseNormalization(h, { n: 5 }));
    const branch = (link: Branch | null, h: Variable) =>
      config.train && link !== null ? [link.forward(h)] : [];

    let h = normalize(pool(F.relu(this.conv1.forward(x))));
    h = F.relu(this.conv2Reduce.forward(h));
    h = pool(normalize(F.relu(this.conv2.forward(h))));
    h = this.inc3b.forward(this.inc3a.forward(h));
    h = this.inc4a.forward(pool(h));
    const first = branch(this.loss1, h);
    h = this.inc4d.forward(this.inc4c.forward(this.inc4b.forward(h)));
    const second = branch(this.loss2, h);
    h = pool(this.inc4e.forward(h));
    h = this.inc5b.forward(this.inc5a.forward(h));
    h = F.averagePooling2d(h, 7, { stride: 1 });
    return [this.loss3.forward(this.#plain ? h : F.dropout(h, { ratio: 0.4 })), ...first, ...second];
  }
}

function pool(h: Variable): Variable {
  return F.maxPooling2d(h, 3, { stride: 2 });
}
