import { Chain, functions as F, initializers, links as L, type Variable, type xp } from 'chainer';

const convInit = new initializers.HeNormal();

/** Network in network (Lin et al., 2013) as Chainer's ImageNet example has it. */
export class NIN extends Chain {
  static readonly insize = 227;

  mlpconv1 = new L.MLPConvolution2D(3, [96, 96, 96], 11, { stride: 4, convInit });
  mlpconv2 = new L.MLPConvolution2D(96, [256, 256, 256], 5, { pad: 2, convInit });
  mlpconv3 = new L.MLPConvolution2D(256, [384, 384, 384], 3, { pad: 1, convInit });
  mlpconv4 = new L.MLPConvolution2D(384, [1024, 1024, 1000], 3, { pad: 1, convInit });

  /** @param x images, `[N, 3, 224 … 227, 224 … 227]` */
  forward(x: xp.NdArray): Variable {
    let h = F.maxPooling2d(F.relu(this.mlpconv1.forward(x)), 3, { stride: 2 });
    h = F.maxPooling2d(F.relu(this.mlpconv2.forward(h)), 3, { stride: 2 });
    h = F.maxPooling2d(F.relu(this.mlpconv3.forward(h)), 3, { stride: 2 });
    h = this.mlpconv4.forward(F.dropout(h));
    return F.reshape(F.averagePooling2d(h, [...h.shape.slice(2)]), [x.shape[0] as number, 1000]);
  }
}
