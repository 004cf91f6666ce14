import {
  Chain,
  functions as F,
  initializers,
  links as L,
  optimizerHooks,
  optimizers,
  type Serializer,
  training,
  type VariableLike,
  xp,
} from 'chainer';
import type { DatasetIterator } from 'chainer/iterators';
import { example, train } from '../example.ts';
import { count, real, text, trained } from '../flags.ts';
import { sentences } from '../text/grammar.ts';
import { lines, Vocabulary, wordsOf } from '../text/vocabulary.ts';

const { Evaluator, LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

/** Two LSTM layers over word embeddings, with dropout between them (Zaremba et al., 2014). */
class LanguageModel extends Chain {
  readonly embed: L.EmbedID;
  readonly l1: L.LSTM;
  readonly l2: L.LSTM;
  readonly l3: L.Linear;

  constructor(words: number, units: number) {
    super();
    const initialW = new initializers.Uniform({ scale: 0.1 });
    this.embed = new L.EmbedID(words, units, { initialW });
    this.l1 = new L.LSTM(units, units);
    this.l2 = new L.LSTM(units, units);
    this.l3 = new L.Linear(units, words, { initialW });
  }

  resetState(): void {
    this.l1.resetState();
    this.l2.resetState();
  }

  forward(x: VariableLike) {
    const h0 = F.dropout(this.embed.forward(x));
    const h1 = F.dropout(this.l1.forward(h0));
    return this.l3.forward(F.dropout(this.l2.forward(h1)));
  }
}

/** `batch` readers of one text, each from another place: at every step each reads a word and the word after it. */
class ParallelSequentialIterator implements DatasetIterator<[number, number]> {
  epoch = 0;
  isNewEpoch = false;
  private iteration = 0;
  private readonly text: Int32Array;
  readonly batchSize: number;
  readonly repeat: boolean;

  constructor(text: Int32Array, batch: number, repeat = true) {
    this.text = text;
    this.batchSize = batch;
    this.repeat = repeat;
  }

  get epochDetail(): number {
    return (this.iteration * this.batchSize) / this.text.length;
  }

  get previousEpochDetail(): number | null {
    return this.iteration === 0 ? null : ((this.iteration - 1) * this.batchSize) / this.text.length;
  }

  next(): IteratorResult<[number, number][], undefined> {
    const n = this.text.length;
    // Once through, all readers together have read everything.
    if (!this.repeat && this.iteration * this.batchSize >= n) return { done: true, value: undefined };
    const word = (i: number) => this.text[i % n] as number;
    const batch = Array.from({ length: this.batchSize }, (_, reader): [number, number] => {
      const at = Math.floor((reader * n) / this.batchSize) + this.iteration;
      return [word(at), word(at + 1)];
    });
    this.iteration++;
    const epoch = Math.floor(this.epochDetail);
    this.isNewEpoch = epoch > this.epoch;
    this.epoch = epoch;
    return { done: false, value: batch };
  }

  reset(): void {
    this.iteration = 0;
    this.epoch = 0;
    this.isNewEpoch = false;
  }

  serialize(serializer: Serializer): void {
    this.iteration = serializer.value('iteration', this.iteration);
    this.epoch = serializer.value('epoch', this.epoch);
  }

  *[Symbol.iterator]() {
    for (let r = this.next(); !r.done; r = this.next()) yield r.value;
  }
}

const int32 = (values: readonly number[]) => xp.array(Int32Array.from(values));

/** The words of one step, and the words after them. */
const converter = (batch: readonly (readonly [number, number])[]) => [
  int32(batch.map(([x]) => x)),
  int32(batch.map(([, t]) => t)),
];

interface Corpus {
  readonly vocabulary: Vocabulary;
  readonly train: Int32Array;
  readonly valid: Int32Array;
}

/** Text files of one sentence a line, or sentences of a small generated language. */
async function corpus(
  trainFile: string | null,
  validFile: string | null,
  generated: number,
): Promise<Corpus> {
  const vocabulary = new Vocabulary();
  const ids = (list: readonly (readonly string[])[]) =>
    Int32Array.from(list.flatMap((words) => [...words, '<eos>'].map((w) => vocabulary.add(w))));
  if (trainFile !== null && validFile !== null)
    return {
      vocabulary,
      train: ids((await lines(trainFile)).map(wordsOf)),
      valid: ids((await lines(validFile)).map(wordsOf)),
    };
  console.log(
    'No --train and --valid (text files, one sentence a line): sentences of a generated language instead.',
  );
  return {
    vocabulary,
    train: ids(sentences(1, generated).map((s) => s.words)),
    valid: ids(sentences(2, Math.ceil(generated / 10)).map((s) => s.words)),
  };
}

export const ptb = example(
  'ptb',
  'an LSTM language model, stepped in a plain loop, with truncated backpropagation',
  {
    ...trained(39, 20, { epoch: 5, batchsize: 10 }),
    bproplen: count(35, 'words of one backpropagation', { short: 'l', quick: 10 }),
    gradclip: real(5, 'greatest norm of the gradients', { short: 'c' }),
    unit: count(650, 'units of an LSTM layer', { short: 'u', quick: 40 }),
    lr: real(1, 'learning rate', { quick: 0.5 }),
    train: text<string | null>(null, 'text to learn'),
    valid: text<string | null>(null, 'text to be tested with'),
    generated: count(20_000, 'generated sentences, where there is no text', { quick: 400 }),
  },
  async (options) => {
    const { vocabulary, train: words, valid } = await corpus(options.train, options.valid, options.generated);
    console.log(
      `${words.length} words to learn, ${valid.length} to test with, ${vocabulary.size} different ones`,
    );
    const network = new LanguageModel(vocabulary.size, options.unit);
    const model = new L.Classifier(network);
    model.computeAccuracy = false;
    const optimizer = new optimizers.SGD({ lr: options.lr }).setup(model);
    optimizer.addHook(new optimizerHooks.GradientClipping(options.gradclip));
    const updater = new training.updaters.BPTTUpdater(
      new ParallelSequentialIterator(words, options.batchsize),
      optimizer,
      { bpropLen: options.bproplen, converter },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });

    // The evaluation reads its text from the start, with a state of its own.
    const tested = model.copy() as L.Classifier;
    const testedNetwork = tested.predictor as LanguageModel;
    trainer.extend(
      new Evaluator(new ParallelSequentialIterator(valid, 1, false), tested, {
        evalHook: () => testedNetwork.resetState(),
        evalFunc: (x: VariableLike, t: VariableLike) => tested.forward(x, t),
        converter,
      }),
    );
    const perplexity = (entry: Record<string, unknown>) => {
      for (const [key, name] of [
        ['main/loss', 'perplexity'],
        ['validation/main/loss', 'val_perplexity'],
      ] as const)
        if (key in entry) entry[name] = Math.exp(Number(entry[key]));
    };
    trainer.extend(new LogReport({ postprocess: perplexity }));
    trainer.extend(new PrintReport(['epoch', 'iteration', 'perplexity', 'val_perplexity', 'elapsed_time']));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    return await train(trainer, options, ['perplexity', 'val_perplexity']);
  },
);
