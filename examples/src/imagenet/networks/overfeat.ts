import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

/** The fast model of OverFeat (Sermanet et al., 2013) as convnet-benchmarks has it, without dropout. */
export class Overfeat extends Chain {
  static readonly insize = 231;

  conv1 = new L.Convolution2D(3, 96, 11, { stride: 4 });
  conv2 = new L.Convolution2D(96, 256, 5);
  conv3 = new L.Convolution2D(256, 512, 3, { pad: 1 });
  conv4 = new L.Convolution2D(512, 1024, 3, { pad: 1 });
  conv5 = new L.Convolution2D(1024, 1024, 3, { pad: 1 });
  fc6 = new L.Linear(1024 * 6 * 6, 3072);
  fc7 = new L.Linear(3072, 4096);
  fc8 = new L.Linear(4096, 1000);

  /** @param x images, `[N, 3, 231, 231]` */
  forward(x: xp.NdArray): Variable {
    let h = F.maxPooling2d(F.relu(this.conv1.forward(x)), 2);
    h = F.maxPooling2d(F.relu(this.conv2.forward(h)), 2);
    h = F.relu(this.conv3.forward(h));
    h = F.relu(this.conv4.forward(h));
    h = F.maxPooling2d(F.relu(this.conv5.forward(h)), 2);
    h = F.relu(this.fc6.forward(h));
    h = F.relu(this.fc7.forward(h));
    return this.fc8.forward(h);
  }
}
