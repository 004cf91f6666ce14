import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

/**
 * GoogLeNet (Szegedy et al., 2014) as convnet-benchmarks has it: one classifier with a ReLU behind it, no local response normalization,
 * no dropout.
 */
export class GoogLeNet extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 7, { stride: 2, pad: 3 });
  conv2 = new L.Convolution2D(64, 64, 1);
  conv3 = new L.Convolution2D(64, 192, 3, { pad: 1 });
  inc3a = new L.Inception(192, 64, 96, 128, 16, 32, 32);
  inc3b = new L.Inception(256, 128, 128, 192, 32, 96, 64);
  inc4a = new L.Inception(480, 192, 96, 208, 16, 48, 64);
  inc4b = new L.Inception(512, 160, 112, 224, 24, 64, 64);
  inc4c = new L.Inception(512, 128, 128, 256, 24, 64, 64);
  inc4d = new L.Inception(512, 112, 144, 288, 32, 64, 64);
  inc4e = new L.Inception(528, 256, 160, 320, 32, 128, 128);
  inc5a = new L.Inception(832, 256, 160, 320, 32, 128, 128);
  inc5b = new L.Inception(832, 384, 192, 384, 48, 128, 128);
  fc = new L.Linear(1024, 1000);

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    let h = pool(F.relu(this.conv1.forward(x)));
    h = F.relu(this.conv2.forward(h));
    h = pool(F.relu(this.conv3.forward(h)));
    h = this.inc3b.forward(this.inc3a.forward(h));
    h = this.inc4a.forward(pool(h));
    h = this.inc4d.forward(this.inc4c.forward(this.inc4b.forward(h)));
    h = pool(this.inc4e.forward(h));
    h = this.inc5b.forward(this.inc5a.forward(h));
    return F.relu(this.fc.forward(F.averagePooling2d(h, 7, { stride: 1 })));
  }
}

function pool(h: Variable): Variable {
  return F.maxPooling2d(h, 3, { stride: 2, pad: 1, coverAll: false });
}
