import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

const whole = { stride: 2 } as const;
const within = { stride: 2, coverAll: false } as const;

/** AlexNet (Krizhevsky et al., 2012) on one device, as Chainer's ImageNet example has it. */
export class Alex extends Chain {
  static readonly insize = 227;

  conv1 = new L.Convolution2D(3, 96, 11, { stride: 4 });
  conv2 = new L.Convolution2D(96, 256, 5, { pad: 2 });
  conv3 = new L.Convolution2D(256, 384, 3, { pad: 1 });
  conv4 = new L.Convolution2D(384, 384, 3, { pad: 1 });
  conv5 = new L.Convolution2D(384, 256, 3, { pad: 1 });
  fc6 = new L.Linear(256 * 6 * 6, 4096);
  fc7 = new L.Linear(4096, 4096);
  fc8 = new L.Linear(4096, 1000);

  /** @param x images, `[N, 3, 227, 227]` */
  forward(x: xp.NdArray): Variable {
    let h = F.maxPooling2d(F.localResponseNormalization(F.relu(this.conv1.forward(x))), 3, whole);
    h = F.maxPooling2d(F.localResponseNormalization(F.relu(this.conv2.forward(h))), 3, whole);
    h = F.relu(this.conv3.forward(h));
    h = F.relu(this.conv4.forward(h));
    h = F.maxPooling2d(F.relu(this.conv5.forward(h)), 3, whole);
    h = F.dropout(F.relu(this.fc6.forward(h)));
    h = F.dropout(F.relu(this.fc7.forward(h)));
    return this.fc8.forward(h);
  }
}

/**
 * AlexNet as convnet-benchmarks has it: the single-column network of "One weird trick" (Krizhevsky, 2014), without local response
 * normalization and dropout.
 */
export class AlexNet extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 11, { stride: 4, pad: 2 });
  conv2 = new L.Convolution2D(64, 192, 5, { pad: 2 });
  conv3 = new L.Convolution2D(192, 384, 3, { pad: 1 });
  conv4 = new L.Convolution2D(384, 256, 3, { pad: 1 });
  conv5 = new L.Convolution2D(256, 256, 3, { pad: 1 });
  fc6 = new L.Linear(256 * 6 * 6, 4096);
  fc7 = new L.Linear(4096, 4096);
  fc8 = new L.Linear(4096, 1000);

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    let h = F.maxPooling2d(F.relu(this.conv1.forward(x)), 3, within);
    h = F.maxPooling2d(F.relu(this.conv2.forward(h)), 3, within);
    h = F.relu(this.conv3.forward(h));
    h = F.relu(this.conv4.forward(h));
    h = F.maxPooling2d(F.relu(this.conv5.forward(h)), 3, within);
    h = F.relu(this.fc6.forward(h));
    h = F.relu(this.fc7.forward(h));
    return this.fc8.forward(h);
  }
}
