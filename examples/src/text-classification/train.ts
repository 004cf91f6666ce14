import {
  Chain,
  functions as F,
  initializers,
  iterators,
  links as L,
  type Link,
  optimizerHooks,
  optimizers,
  serializers,
  training,
  type Variable,
  xp,
} from 'chainer';
import { example, lossAndAccuracy, train } from '../example.ts';
import { choice, count, real, text, toggle, trained } from '../flags.ts';
import { embedAll } from '../text/embed-all.ts';
import { sentences, topics } from '../text/grammar.ts';
import { lines, Vocabulary, wordsOf } from '../text/vocabulary.ts';

const { Evaluator, LogReport, PrintReport, ProgressBar, snapshotObject } = training.extensions;

type Texts = readonly xp.NdArray[];

/** One vector for each text of any length. */
interface Encoder extends Link {
  forward(xs: Texts): Variable;
}

/** The last state of an LSTM. */
class RNNEncoder extends Chain implements Encoder {
  readonly embed: L.EmbedID;
  readonly encoder: L.NStepLSTM;
  private readonly dropout: number;

  constructor(layers: number, words: number, units: number, dropout: number) {
    super();
    this.embed = new L.EmbedID(words, units, { initialW: new initializers.Uniform({ scale: 0.25 }) });
    this.encoder = new L.NStepLSTM(layers, units, units, dropout);
    this.dropout = dropout;
  }

  override forward(xs: Texts): Variable {
    const [h] = this.encoder.forward(null, null, embedAll(this.embed, xs, this.dropout));
    return F.getItem(h, [-1]);
  }
}

/** Windows of 3, 4 and 5 words, and of each the strongest answer (Kim, 2014). */
class CNNEncoder extends Chain implements Encoder {
  readonly embed: L.EmbedID;
  readonly w3: L.Convolution2D;
  readonly w4: L.Convolution2D;
  readonly w5: L.Convolution2D;
  readonly mlp: L.Linear;
  private readonly dropout: number;

  constructor(words: number, units: number, dropout: number) {
    super();
    const own = Math.ceil(units / 3);
    this.embed = new L.EmbedID(words, units, {
      ignoreLabel: -1,
      initialW: new initializers.Uniform({ scale: 0.25 }),
    });
    this.w3 = new L.Convolution2D(units, own, [3, 1], { stride: 1, pad: [2, 0] });
    this.w4 = new L.Convolution2D(units, own, [4, 1], { stride: 1, pad: [3, 0] });
    this.w5 = new L.Convolution2D(units, own, [5, 1], { stride: 1, pad: [4, 0] });
    this.mlp = new L.Linear(3 * own, units);
    this.dropout = dropout;
  }

  override forward(xs: Texts): Variable {
    const block = F.padSequence([...xs], { padding: -1 });
    const e = F.dropout(F.transpose(this.embed.forward(block), { axes: [0, 2, 1] }), { ratio: this.dropout });
    const picture = F.reshape(e, [...e.shape, 1]);
    const windows = [this.w3, this.w4, this.w5].map((w) => F.max(w.forward(picture), { axis: 2 }));
    const h = F.relu(F.concat(windows, { axis: 1 }));
    return F.tanh(this.mlp.forward(F.dropout(F.reshape(h, [xs.length, -1]), { ratio: this.dropout })));
  }
}

/** The mean of the words. */
class BOWEncoder extends Chain implements Encoder {
  readonly embed: L.EmbedID;

  constructor(words: number, units: number) {
    super();
    this.embed = new L.EmbedID(words, units, {
      ignoreLabel: -1,
      initialW: new initializers.Uniform({ scale: 0.25 }),
    });
  }

  override forward(xs: Texts): Variable {
    const block = F.padSequence([...xs], { padding: -1 });
    const lengths = xp.array(Float32Array.from(xs.map((x) => x.size)), { shape: [xs.length, 1] });
    return F.div(F.sum(this.embed.forward(block), { axis: 1 }), lengths);
  }
}

class TextClassifier extends Chain {
  readonly encoder: Encoder;
  readonly output: L.Linear;
  private readonly dropout: number;

  constructor(encoder: Encoder, units: number, classes: number, dropout: number) {
    super();
    this.encoder = encoder;
    this.output = new L.Linear(units, classes);
    this.dropout = dropout;
  }

  override forward(xs: Texts): Variable {
    return this.output.forward(F.dropout(this.encoder.forward(xs), { ratio: this.dropout }));
  }
}

export const textClassification = example(
  'text_classification',
  'the class of a text by LSTM, CNN or bag of words, over words or characters',
  {
    ...trained(30, 64, { epoch: 3, batchsize: 20 }),
    unit: count(300, 'units', { short: 'u', quick: 30 }),
    layer: count(1, 'LSTM layers', { short: 'l' }),
    dropout: real(0.4, 'share that is dropped', { quick: 0.1 }),
    model: choice('cnn', ['cnn', 'rnn', 'bow'], 'encoder'),
    'char-based': toggle('texts as characters'),
    data: text<string | null>(null, 'lines of a label, a tab, and a text'),
    generated: count(5000, 'generated texts, where there is no file', { quick: 400 }),
  },
  async (options) => {
    const [vocabulary, classes] = [new Vocabulary(['<eos>', '<unk>']), new Vocabulary()];
    const split = (words: readonly string[]) => (options['char-based'] ? [...words.join(' ')] : words);
    const source: (readonly [label: string, words: readonly string[]])[] =
      options.data === null
        ? sentences(1, options.generated).map((s) => [s.topic, s.words])
        : (await lines(options.data)).map((line) => {
            const tab = line.indexOf('\t');
            if (tab < 1)
              throw new Error(`--data: a line has no label and tab before its text: ${line.slice(0, 60)}`);
            return [line.slice(0, tab), wordsOf(line.slice(tab + 1))];
          });
    if (options.data === null)
      console.log(`No --data: sentences of a generated language, on ${topics.join(', ')}.`);
    const all = source.map(([label, words]): [xp.NdArray, number] => [
      xp.array(Int32Array.from([...split(words).map((w) => vocabulary.add(w)), 0])),
      classes.add(label),
    ]);
    const cut = Math.floor(0.8 * all.length);
    console.log(`${all.length} texts, ${vocabulary.size} different words, ${classes.size} classes`);

    const { unit, layer, dropout } = options;
    const encoder =
      options.model === 'rnn'
        ? new RNNEncoder(layer, vocabulary.size, unit, dropout)
        : options.model === 'cnn'
          ? new CNNEncoder(vocabulary.size, unit, dropout)
          : new BOWEncoder(vocabulary.size, unit);
    const network = new TextClassifier(encoder, unit, classes.size, dropout);
    // The inputs of a batch are a list, so the classifier's loss gets it as it is.
    const model = new L.Classifier(network);
    const optimizer = new optimizers.Adam().setup(model);
    optimizer.addHook(new optimizerHooks.WeightDecay(1e-4));
    const converter = (batch: readonly [xp.NdArray, number][]) => [
      batch.map(([x]) => x),
      xp.array(Int32Array.from(batch.map(([, t]) => t))),
    ];
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(all.slice(0, cut), options.batchsize),
      optimizer,
      { converter },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const test = new iterators.SerialIterator(all.slice(cut), options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(test, model, { converter }));
    trainer.extend(
      snapshotObject(model, 'best_model.npz', {
        savefun: (file: string, target: serializers.SaveableObject) => serializers.saveNpz(file, target),
      }),
      {
        trigger: new training.triggers.MaxValueTrigger('validation/main/accuracy', { trigger: [1, 'epoch'] }),
      },
    );
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport(lossAndAccuracy));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
