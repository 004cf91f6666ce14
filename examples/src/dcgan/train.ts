import {
  Chain,
  functions as F,
  initializers,
  iterators,
  links as L,
  noBackpropMode,
  optimizerHooks,
  optimizers,
  report,
  training,
  usingConfig,
  Variable,
  type VariableLike,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { count, real, trained } from '../flags.ts';
import { digits, loadDigits } from '../mnist/train.ts';
import { savePictures } from '../pictures.ts';

const { LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

const initialW = () => new initializers.Normal({ scale: 0.02 });

/** From noise to a picture of 32 × 32: deconvolutions that double the size. */
class Generator extends Chain {
  readonly l0: L.Linear;
  readonly dc1: L.Deconvolution2D;
  readonly dc2: L.Deconvolution2D;
  readonly dc3: L.Deconvolution2D;
  readonly dc4: L.Deconvolution2D;
  readonly bn0: L.BatchNormalization;
  readonly bn1: L.BatchNormalization;
  readonly bn2: L.BatchNormalization;
  readonly bn3: L.BatchNormalization;
  readonly hidden: number;
  private readonly ch: number;

  constructor(hidden: number, ch: number) {
    super();
    this.hidden = hidden;
    this.ch = ch;
    const up = (from: number, to: number) =>
      new L.Deconvolution2D(from, to, 4, { stride: 2, pad: 1, initialW: initialW() });
    this.l0 = new L.Linear(hidden, 4 * 4 * ch, { initialW: initialW() });
    this.dc1 = up(ch, ch / 2);
    this.dc2 = up(ch / 2, ch / 4);
    this.dc3 = up(ch / 4, ch / 8);
    this.dc4 = new L.Deconvolution2D(ch / 8, 1, 3, { stride: 1, pad: 1, initialW: initialW() });
    this.bn0 = new L.BatchNormalization(4 * 4 * ch);
    this.bn1 = new L.BatchNormalization(ch / 2);
    this.bn2 = new L.BatchNormalization(ch / 4);
    this.bn3 = new L.BatchNormalization(ch / 8);
  }

  noise(n: number): Variable {
    return new Variable(
      xp.random.uniform({ low: -1, high: 1, size: [n, this.hidden, 1, 1] }).astype('float32'),
    );
  }

  override forward(z: VariableLike): Variable {
    const n = z.shape[0] as number;
    let h = F.reshape(F.relu(this.bn0.forward(this.l0.forward(z))), [n, this.ch, 4, 4]);
    h = F.relu(this.bn1.forward(this.dc1.forward(h)));
    h = F.relu(this.bn2.forward(this.dc2.forward(h)));
    h = F.relu(this.bn3.forward(this.dc3.forward(h)));
    return F.sigmoid(this.dc4.forward(h));
  }
}

/** Noise on what the discriminator sees keeps it from learning by heart. */
function noisy(h: VariableLike, sigma = 0.2): VariableLike {
  return F.add(h, xp.random.normal({ scale: sigma, size: h.shape }).astype('float32'));
}

/** From a picture to a score: how real it looks. */
class Discriminator extends Chain {
  readonly c0: L.Convolution2D;
  readonly c1: L.Convolution2D;
  readonly c2: L.Convolution2D;
  readonly c3: L.Convolution2D;
  readonly bn1: L.BatchNormalization;
  readonly bn2: L.BatchNormalization;
  readonly l4: L.Linear;

  constructor(ch: number) {
    super();
    const down = (from: number, to: number) =>
      new L.Convolution2D(from, to, 4, { stride: 2, pad: 1, initialW: initialW() });
    this.c0 = new L.Convolution2D(1, ch / 8, 3, { stride: 1, pad: 1, initialW: initialW() });
    this.c1 = down(ch / 8, ch / 4);
    this.c2 = down(ch / 4, ch / 2);
    this.c3 = down(ch / 2, ch);
    this.bn1 = new L.BatchNormalization(ch / 4, { useGamma: false });
    this.bn2 = new L.BatchNormalization(ch / 2, { useGamma: false });
    this.l4 = new L.Linear(4 * 4 * ch, 1, { initialW: initialW() });
  }

  override forward(x: VariableLike): Variable {
    let h = F.leakyRelu(noisy(this.c0.forward(noisy(x))));
    h = F.leakyRelu(noisy(this.bn1.forward(this.c1.forward(h))));
    h = F.leakyRelu(noisy(this.bn2.forward(this.c2.forward(h))));
    return this.l4.forward(F.leakyRelu(this.c3.forward(h)));
  }
}

/** Two networks, two optimizers, one step: each gets the gradient of its own loss only. */
class DCGANUpdater extends training.StandardUpdater {
  private readonly gen: Generator;
  private readonly dis: Discriminator;

  constructor(
    iterator: iterators.SerialIterator<unknown>,
    gen: Generator,
    dis: Discriminator,
    optimizer: { gen: InstanceType<typeof optimizers.Adam>; dis: InstanceType<typeof optimizers.Adam> },
  ) {
    super(iterator, optimizer);
    this.gen = gen;
    this.dis = dis;
  }

  protected override updateCore(): void {
    const batch = this.nextBatch() as never[];
    const real = (this.converter(batch, { device: null }) as [xp.NdArray])[0];
    const fake = this.gen.forward(this.gen.noise(batch.length));
    const [yReal, yFake] = [this.dis.forward(real), this.dis.forward(fake)];

    const disLoss = F.add(F.mean(F.softplus(F.neg(yReal))), F.mean(F.softplus(yFake)));
    const genLoss = F.mean(F.softplus(F.neg(yFake)));
    this.dis.cleargrads();
    // Only the discriminator: the graph behind the pictures is not walked.
    disLoss.backward({ retainGraph: true });
    this.getOptimizer('dis').update();
    this.gen.cleargrads();
    genLoss.backward();
    this.getOptimizer('gen').update();
    report({ loss: genLoss }, this.gen);
    report({ loss: disLoss }, this.dis);
  }
}

export const dcgan = example(
  'dcgan',
  'two networks against each other: one draws, one judges; an updater with two optimizers',
  {
    ...trained(100, 50, { epoch: 8, batchsize: 25 }),
    'n-hidden': count(100, 'numbers of the noise', { quick: 20 }),
    ch: count(512, 'channels of the widest layer', { quick: 32 }),
    alpha: real(0.0002, "Adam's rate", { quick: 0.001 }),
    drawn: digits(500),
  },
  async (options) => {
    const [train2] = await loadDigits(3, options.drawn || null);
    // 28 × 28 with a border is 32 × 32.
    const pixels = xp.pad(train2.columns[0] as xp.NdArray, [
      [0, 0],
      [0, 0],
      [2, 2],
      [2, 2],
    ]);
    const pictures = Array.from({ length: pixels.shape[0] as number }, (_, i): [xp.NdArray] => [
      pixels.at(i),
    ]);
    const [gen, dis] = [new Generator(options['n-hidden'], options.ch), new Discriminator(options.ch)];
    const setup = <M extends Generator | Discriminator>(model: M) => {
      const optimizer = new optimizers.Adam({ alpha: options.alpha, beta1: 0.5 }).setup(model);
      optimizer.addHook(new optimizerHooks.WeightDecay(0.0001));
      return optimizer;
    };
    const updater = new DCGANUpdater(
      new iterators.SerialIterator(pictures as unknown[], options.batchsize),
      gen,
      dis,
      { gen: setup(gen), dis: setup(dis) },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const draw = (n: number) =>
      noBackpropMode(() => usingConfig('train', false, () => gen.forward(gen.noise(n)).array));
    trainer.extend(
      async () => savePictures(`${options.out}/image_epoch_${trainer.updater.epoch}.png`, draw(25), 5),
      { trigger: [1, 'epoch'], name: 'pictures' },
    );
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport(['epoch', 'iteration', 'gen/loss', 'dis/loss', 'elapsed_time']));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    const figures = await train(trainer, options, ['gen/loss', 'dis/loss']);
    // How far the mean of drawn pictures is from the mean of real ones, per pixel: 0.4 before training.
    const distance = xp.mean(xp.abs(xp.mean(draw(100), { axis: 0 }).sub(xp.mean(pixels, { axis: 0 }))));
    return { ...figures, distance: Number(distance.itemSync()) };
  },
);
