import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

/** GoogLeNet with batch normalization (Ioffe & Szegedy, 2015) as Chainer's ImageNet example has it, without the auxiliary classifiers. */
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
  inc4c = new L.InceptionBN(576, 128, 128, 160, 128, 160, 'avg', { projPool: 128 });
  inc4d = new L.InceptionBN(576, 64, 128, 192, 160, 192, 'avg', { projPool: 128 });
  inc4e = new L.InceptionBN(576, 0, 128, 192, 192, 256, 'max', { stride: 2 });
  inc5a = new L.InceptionBN(1024, 352, 192, 320, 160, 224, 'avg', { projPool: 128 });
  inc5b = new L.InceptionBN(1024, 352, 192, 320, 192, 224, 'max', { projPool: 128 });
  out = new L.Linear(1024, 1000);

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    let h = pool(F.relu(this.norm1.forward(this.conv1.forward(x))));
    h = pool(F.relu(this.norm2.forward(this.conv2.forward(h))));
    h = this.inc3c.forward(this.inc3b.forward(this.inc3a.forward(h)));
    h = this.inc4b.forward(this.inc4a.forward(h));
    h = this.inc4e.forward(this.inc4d.forward(this.inc4c.forward(h)));
    h = this.inc5b.forward(this.inc5a.forward(h));
    return this.out.forward(F.averagePooling2d(h, [...h.shape.slice(2)]));
  }
}

function pool(h: Variable): Variable {
  return F.maxPooling2d(h, 3, { stride: 2, pad: 1, coverAll: false });
}
