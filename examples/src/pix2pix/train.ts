import {
  functions as F,
  iterators,
  noBackpropMode,
  optimizerHooks,
  optimizers,
  report,
  training,
  type Variable,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { count, real, text, trained } from '../flags.ts';
import { savePictures } from '../pictures.ts';
import { drawnFacades, labels, readFacades } from './facades.ts';
import { Decoder, Discriminator, Encoder } from './networks.ts';

const { LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

type Adam = InstanceType<typeof optimizers.Adam>;

/** The picture should be near the real one (L1) and look real to the discriminator. */
class FacadeUpdater extends training.StandardUpdater {
  private readonly enc: Encoder;
  private readonly dec: Decoder;
  private readonly dis: Discriminator;
  private readonly weight: number;

  constructor(
    iterator: iterators.SerialIterator<unknown>,
    models: { enc: Encoder; dec: Decoder; dis: Discriminator },
    optimizer: { enc: Adam; dec: Adam; dis: Adam },
    weight: number,
  ) {
    super(iterator, optimizer);
    this.enc = models.enc;
    this.dec = models.dec;
    this.dis = models.dis;
    this.weight = weight;
  }

  protected override updateCore(): void {
    const [plan, real] = this.converter(this.nextBatch() as never[], { device: null }) as [
      xp.NdArray,
      xp.NdArray,
    ];
    const fake = this.dec.forward(this.enc.forward(plan));
    const yFake = this.dis.forward(plan, fake);
    const yReal = this.dis.forward(plan, real);

    const near = F.meanAbsoluteError(fake, real);
    const genLoss = F.add(F.mul(near, this.weight), F.mean(F.softplus(F.neg(yFake))));
    const disLoss: Variable = F.add(F.mean(F.softplus(F.neg(yReal))), F.mean(F.softplus(yFake)));
    for (const model of [this.enc, this.dec]) model.cleargrads();
    genLoss.backward({ retainGraph: true });
    for (const name of ['enc', 'dec']) this.getOptimizer(name).update();
    this.dis.cleargrads();
    // The generator is not asked here: the graph behind the picture is not walked again.
    fake.unchainBackward();
    disLoss.backward();
    this.getOptimizer('dis').update();
    report({ loss_enc: genLoss }, this.enc);
    report({ loss_l1: near }, this.dec);
    report({ loss: disLoss }, this.dis);
  }
}

export const pix2pix = example(
  'pix2pix',
  'pictures of houses from their plans: a U-Net, and a discriminator of patches',
  {
    ...trained(200, 1, { epoch: 6, batchsize: 4 }),
    width: count(64, 'channels of the widest picture', { quick: 8 }),
    side: count(256, 'side of the pictures, a power of 2', { least: 16, quick: 32 }),
    l1: real(100, 'weight of the distance to the real picture'),
    dataset: text<string | null>(null, 'facades: *.jpg with a plan *.png beside each', {
      short: 'i',
      hint: 'FOLDER',
    }),
    generated: count(300, 'generated houses, where there is no data', { quick: 60 }),
  },
  async (options) => {
    const { side, width, out } = options;
    if (!Number.isInteger(Math.log2(side))) throw new Error(`--side must be a power of 2, got ${side}`);
    if (options.dataset === null) console.log('No --dataset: houses drawn by this program.');
    const facades =
      options.dataset === null
        ? drawnFacades(1, options.generated, side)
        : await readFacades(options.dataset, side);
    // Down to one pixel: 64, 128, 256, then 512 channels.
    const widths = Array.from({ length: Math.log2(side) }, (_, i) => width * Math.min(2 ** i, 8));
    const models = {
      enc: new Encoder(labels, widths),
      dec: new Decoder(3, widths),
      dis: new Discriminator(labels, 3, Math.max(width / 2, 4)),
    };
    const setup = (model: Encoder | Decoder | Discriminator) => {
      const optimizer = new optimizers.Adam({ alpha: 0.0002 * (side < 64 ? 5 : 1), beta1: 0.5 }).setup(model);
      optimizer.addHook(new optimizerHooks.WeightDecay(0.00001));
      return optimizer;
    };
    const updater = new FacadeUpdater(
      new iterators.SerialIterator(facades as unknown[], options.batchsize),
      models,
      { enc: setup(models.enc), dec: setup(models.dec), dis: setup(models.dis) },
      options.l1,
    );
    const trainer = new training.Trainer(updater, { stopTrigger: [options.epoch, 'epoch'], out });
    trainer.extend(
      async () => {
        const [plans, pictures] = [0, 1].map((k) =>
          xp.stack(facades.slice(0, 4).map((f) => f[k] as xp.NdArray)),
        ) as [xp.NdArray, xp.NdArray];
        // Dropout stays on, as in the paper: it is the noise.
        const fakes = noBackpropMode(() => models.dec.forward(models.enc.forward(plans)).array);
        const both = xp.concatenate([pictures, fakes]).add(1).div(2);
        await savePictures(`${out}/image_epoch_${updater.epoch}.png`, both, 4);
      },
      { trigger: [1, 'epoch'], name: 'pictures' },
    );
    trainer.extend(new LogReport());
    trainer.extend(
      new PrintReport(['epoch', 'iteration', 'enc/loss_enc', 'dec/loss_l1', 'dis/loss', 'elapsed_time']),
    );
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    return await train(trainer, options, ['dec/loss_l1', 'dis/loss']);
  },
);
