import {
  Chain,
  distributions as D,
  functions as F,
  iterators,
  links as L,
  noBackpropMode,
  optimizers,
  report,
  training,
  usingConfig,
  type Variable,
  type VariableLike,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { count, real, toggle, trained } from '../flags.ts';
import { digits, loadDigits } from '../mnist/train.ts';
import { savePictures } from '../pictures.ts';

const { Evaluator, LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

/** From pictures to a distribution of what is behind them. */
class Encoder extends Chain {
  readonly linear: L.Linear;
  readonly mu: L.Linear;
  readonly lnSigma: L.Linear;

  constructor(inputs: number, latent: number, hidden: number) {
    super();
    this.linear = new L.Linear(inputs, hidden);
    this.mu = new L.Linear(hidden, latent);
    this.lnSigma = new L.Linear(hidden, latent);
  }

  override forward(x: VariableLike): D.Independent {
    const h = F.tanh(this.linear.forward(x));
    return new D.Independent(new D.Normal(this.mu.forward(h), null, { logScale: this.lnSigma.forward(h) }));
  }
}

/** From what is behind to a distribution of pictures. */
class Decoder extends Chain {
  readonly linear: L.Linear;
  readonly output: L.Linear;
  private readonly binary: boolean;

  constructor(inputs: number, latent: number, hidden: number, binary: boolean) {
    super();
    this.binary = binary;
    this.linear = new L.Linear(latent, hidden);
    this.output = new L.Linear(hidden, inputs);
  }

  override forward(z: VariableLike): D.Independent {
    // Samples may have axes before the batch: the layers see them as one.
    const lead = z.shape.slice(0, -1);
    const h = F.tanh(this.linear.forward(F.reshape(z, [-1, z.shape.at(-1) as number])));
    const logit = F.reshape(this.output.forward(h), [...lead, -1]);
    return new D.Independent(new D.Bernoulli(null, logit, { binaryCheck: this.binary }), {
      reinterpretedBatchNdims: 1,
    });
  }
}

/** The evidence's lower bound (Kingma & Welling, 2013): what is rebuilt, less what the code says beyond the prior. */
class ELBO extends Chain {
  readonly encoder: Encoder;
  readonly decoder: Decoder;
  private readonly beta: number;
  private readonly k: number;
  private readonly latent: number;

  constructor(encoder: Encoder, decoder: Decoder, latent: number, beta: number, k: number) {
    super();
    this.encoder = encoder;
    this.decoder = decoder;
    this.latent = latent;
    this.beta = beta;
    this.k = k;
  }

  prior(): D.Independent {
    return new D.Independent(new D.Normal(xp.zeros([this.latent]), xp.ones([this.latent])), {
      reinterpretedBatchNdims: 1,
    });
  }

  override forward(x: xp.NdArray): Variable {
    const q = this.encoder.forward(x);
    const z = q.sample(this.k);
    const p = this.decoder.forward(z);
    const rebuilt = F.mean(p.logProb(F.broadcastTo(x, [this.k, ...x.shape])));
    const divergence = F.mean(D.klDivergence(q, this.prior()));
    const loss = F.neg(F.sub(rebuilt, F.mul(divergence, this.beta)));
    report({ loss, reconstr: rebuilt, kl_penalty: divergence }, this);
    return loss;
  }
}

export const vae = example(
  'vae',
  'a variational autoencoder: distributions, samples with gradients, a lower bound',
  {
    ...trained(100, 100, { epoch: 6, batchsize: 50 }),
    'dim-z': count(20, 'numbers behind a picture', { short: 'z', quick: 8 }),
    'dim-h': count(500, 'hidden units', { quick: 100 }),
    beta: real(1, 'weight of the divergence from the prior'),
    k: count(1, 'samples for each picture'),
    binary: toggle('pictures in black and white'),
    drawn: digits(1000),
  },
  async (options) => {
    const [learn, test] = await loadDigits(1, options.drawn || null);
    const pictures = (data: typeof learn) => {
      const x = data.columns[0] as xp.NdArray;
      const shown = options.binary ? xp.greaterEqual(x, 0.5).astype('float32') : x;
      return Array.from({ length: data.length }, (_, i) => shown.at(i));
    };
    const [latent, hidden] = [options['dim-z'], options['dim-h']];
    const model = new ELBO(
      new Encoder(784, latent, hidden),
      new Decoder(784, latent, hidden, options.binary),
      latent,
      options.beta,
      options.k,
    );
    const optimizer = new optimizers.Adam().setup(model);
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(pictures(learn), options.batchsize),
      optimizer,
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const testIterator = new iterators.SerialIterator(pictures(test), options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(testIterator, model));
    trainer.extend(new LogReport());
    trainer.extend(
      new PrintReport([
        'epoch',
        'main/loss',
        'validation/main/loss',
        'main/reconstr',
        'main/kl_penalty',
        'elapsed_time',
      ]),
    );
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    const figures = await train(trainer, options, ['main/loss', 'validation/main/loss', 'main/kl_penalty']);
    await noBackpropMode(() =>
      usingConfig('train', false, () => {
        const drawn = model.decoder.forward(model.prior().sample(25)).mean.array;
        return savePictures(`${options.out}/sampled.png`, drawn.reshape([25, 1, 28, 28]), 5);
      }),
    );
    return figures;
  },
);
