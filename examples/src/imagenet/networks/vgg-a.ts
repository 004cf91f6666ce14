import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

const same = { pad: 1 } as const;

/** Model A of "Very deep convolutional networks" (Simonyan, Zisserman, 2014), eleven layers, without dropout. */
export class VGGA extends Chain {
  static readonly insize = 224;

  conv1 = new L.Convolution2D(3, 64, 3, same);
  conv2 = new L.Convolution2D(64, 128, 3, same);
  conv3a = new L.Convolution2D(128, 256, 3, same);
  conv3b = new L.Convolution2D(256, 256, 3, same);
  conv4a = new L.Convolution2D(256, 512, 3, same);
  conv4b = new L.Convolution2D(512, 512, 3, same);
  conv5a = new L.Convolution2D(512, 512, 3, same);
  conv5b = new L.Convolution2D(512, 512, 3, same);
  fc6 = new L.Linear(512 * 7 * 7, 4096);
  fc7 = new L.Linear(4096, 4096);
  fc8 = new L.Linear(4096, 1000);

  /** @param x images, `[N, 3, 224, 224]` */
  forward(x: xp.NdArray): Variable {
    let h = F.maxPooling2d(F.relu(this.conv1.forward(x)), 2);
    h = F.maxPooling2d(F.relu(this.conv2.forward(h)), 2);
    h = F.relu(this.conv3a.forward(h));
    h = F.maxPooling2d(F.relu(this.conv3b.forward(h)), 2);
    h = F.relu(this.conv4a.forward(h));
    h = F.maxPooling2d(F.relu(this.conv4b.forward(h)), 2);
    h = F.relu(this.conv5a.forward(h));
    h = F.maxPooling2d(F.relu(this.conv5b.forward(h)), 2);
    h = F.relu(this.fc6.forward(h));
    h = F.relu(this.fc7.forward(h));
    return this.fc8.forward(h);
  }
}
