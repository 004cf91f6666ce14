import { Chain, functions as F, links as L, noBackpropMode, type Variable, xp } from 'chainer';
import { measure } from '../measure.ts';
import { trainer } from '../train.ts';

/** convnet-benchmarks' AlexNet ("one weird trick", without local response normalization). */
class AlexNet extends Chain {
  c1 = new L.Convolution2D(3, 64, 11, { stride: 4, pad: 2 });
  c2 = new L.Convolution2D(64, 192, 5, { pad: 2 });
  c3 = new L.Convolution2D(192, 384, 3, { pad: 1 });
  c4 = new L.Convolution2D(384, 256, 3, { pad: 1 });
  c5 = new L.Convolution2D(256, 256, 3, { pad: 1 });
  f1 = new L.Linear(256 * 6 * 6, 4096);
  f2 = new L.Linear(4096, 4096);
  f3 = new L.Linear(4096, 1000);

  forward(x: xp.NdArray): Variable {
    const pool = (h: Variable) => F.maxPooling2d(h, 3, { stride: 2, coverAll: false });
    let h = pool(F.relu(this.c1.forward(x)));
    h = pool(F.relu(this.c2.forward(h)));
    h = F.relu(this.c3.forward(h));
    h = F.relu(this.c4.forward(h));
    h = pool(F.relu(this.c5.forward(h)));
    return this.f3.forward(F.relu(this.f2.forward(F.relu(this.f1.forward(h)))));
  }
}

/** Batch 32 at 224×224: forward alone, and a training step. */
export async function alexnet(): Promise<void> {
  const model = new AlexNet();
  const x = xp.random.rand(32, 3, 224, 224).astype('float32');
  const t = xp.random.randint(0, { high: 1000, size: [32] }).astype('int32');
  await measure(
    'alexnet b32 fwd',
    () =>
      noBackpropMode(() => model.forward(x))
        .array.at(0, 0)
        .itemSync(),
    1,
    3,
  );
  await measure(
    'alexnet b32 train',
    trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t)),
    1,
    3,
  );
}
