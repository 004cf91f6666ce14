import {
  Chain,
  ChainList,
  functions as F,
  initializers,
  iterators,
  links as L,
  optimizers,
  training,
  Variable,
  xp,
} from 'chainer';
import { example, lossAndAccuracy, train } from '../example.ts';
import { choice, count, text, trained } from '../flags.ts';
import { lines, Vocabulary } from '../text/vocabulary.ts';
import { generatedStories, parseStories, type Story } from './stories.ts';

const { Evaluator, LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

/** Ids of a batch: sentences `[N, S, W]`, questions `[N, W]`; 0 is no word. */
type Batch = [sentences: xp.NdArray, question: xp.NdArray];

/** Where a word stands in its sentence weighs its embedding (Sukhbaatar et al., 2015, section 4.1). */
function positions(words: number, units: number): xp.NdArray {
  const weights = new Float32Array(words * units);
  for (let j = 0; j < words; j++)
    for (let k = 0; k < units; k++) {
      const [a, b] = [(j + 1) / words, (k + 1) / units];
      weights[j * units + k] = 1 - a - b * (1 - 2 * a);
    }
  return xp.array(weights, { shape: [words, units] });
}

/** One embedding for each hop, and one more. */
class Embeddings extends ChainList {
  constructor(n: number, rows: number, units: number) {
    const initialW = new initializers.Normal({ scale: 0.1 });
    super(...Array.from({ length: n }, () => new L.EmbedID(rows, units, { initialW })));
  }

  override forward(i: number, ids: xp.NdArray): Variable {
    return (this.at(i) as L.EmbedID).forward(ids);
  }
}

/** A memory that is asked several times: each hop reads with what the last one found. */
class MemNN extends Chain {
  readonly embeds: Embeddings;
  readonly times: Embeddings;
  private readonly hops: number;
  private readonly order: boolean;

  constructor(units: number, words: number, memory: number, hops: number, order: boolean) {
    super();
    this.hops = hops;
    this.order = order;
    // Neighbouring hops share: what one answers with, the next one reads with.
    this.embeds = new Embeddings(hops + 1, words, units);
    this.times = new Embeddings(hops + 1, memory, units);
  }

  private sentence(embed: L.EmbedID, ids: xp.NdArray): Variable {
    const e = embed.forward(ids);
    if (!this.order) return F.sum(e, { axis: -2 });
    const weights = positions(e.shape.at(-2) as number, e.shape.at(-1) as number);
    return F.sum(F.mul(e, F.broadcastTo(new Variable(weights), e.shape)), { axis: -2 });
  }

  override forward(sentences: xp.NdArray, question: xp.NdArray): Variable {
    const [n, s] = sentences.shape as [number, number];
    // The last sentence is the nearest: time is counted from the question backwards.
    const time = xp.broadcastTo(xp.arange(s - 1, -1, -1, { dtype: 'int32' }).reshape([1, s]), [n, s]);
    const embed = (i: number) => this.embeds.at(i) as L.EmbedID;
    const memory = (i: number) =>
      F.add(this.sentence(embed(i), sentences), (this.times.at(i) as L.EmbedID).forward(time));
    let u = this.sentence(embed(0), question);
    let read = memory(0);
    for (let hop = 0; hop < this.hops; hop++) {
      const answer = memory(hop + 1);
      const attention = F.softmax(F.reshape(F.matmul(read, F.reshape(u, [...u.shape, 1])), [n, s]));
      const found = F.reshape(F.matmul(F.reshape(attention, [n, 1, s]), answer), u.shape);
      u = F.add(u, found);
      read = answer;
    }
    return F.linear(u, embed(this.hops).W);
  }
}

export const memnn = example(
  'memnn',
  'a memory network: answers questions about a story by attention over its sentences',
  {
    ...trained(100, 100, { epoch: 25, batchsize: 20 }),
    unit: count(20, 'units', { short: 'u' }),
    hop: count(3, 'how often the memory is read', { short: 'H', quick: 2 }),
    memory: count(50, 'sentences that are remembered', { short: 'm', quick: 8 }),
    'sentence-repr': choice('pe', ['bow', 'pe'], 'sentences as bags of words, or with positions'),
    train: text<string | null>(null, 'stories to learn, in the form of the bAbI tasks'),
    test: text<string | null>(null, 'stories to be tested with'),
    generated: count(2000, 'generated stories, where there is no file', { quick: 500 }),
  },
  async (options) => {
    const [learn, test] =
      options.train !== null && options.test !== null
        ? [parseStories(await lines(options.train)), parseStories(await lines(options.test))]
        : [generatedStories(1, options.generated), generatedStories(2, 200)];
    if (options.train === null || options.test === null)
      console.log('No --train and --test: generated stories of people who walk about.');
    const vocabulary = new Vocabulary(['<null>', '<unk>']);
    for (const { facts, question, answer } of learn)
      for (const word of [...facts.flat(), ...question, answer]) vocabulary.add(word);
    const width = Math.max(
      ...[...learn, ...test].flatMap((s) => [...s.facts, s.question].map((f) => f.length)),
    );
    const { memory, batchsize } = options;
    const padded = (words: readonly string[]) =>
      Array.from({ length: width }, (_, i) => (words[i] === undefined ? 0 : vocabulary.id(words[i])));
    const converter = (batch: readonly Story[]): [...Batch, xp.NdArray] => [
      xp.array(
        Int32Array.from(
          batch.flatMap(({ facts }) => {
            const last = facts.slice(-memory);
            const none = Array.from({ length: memory - last.length }, () => padded([]));
            return [...none, ...last.map(padded)].flat();
          }),
        ),
        { shape: [batch.length, memory, width] },
      ),
      xp.array(Int32Array.from(batch.flatMap(({ question }) => padded(question))), {
        shape: [batch.length, width],
      }),
      xp.array(Int32Array.from(batch.map(({ answer }) => vocabulary.id(answer)))),
    ];
    const network = new MemNN(
      options.unit,
      vocabulary.size,
      memory,
      options.hop,
      options['sentence-repr'] === 'pe',
    );
    const model = new L.Classifier(network);
    const optimizer = new optimizers.Adam({ alpha: 0.005 }).setup(model);
    const updater = new training.StandardUpdater(new iterators.SerialIterator(learn, batchsize), optimizer, {
      converter,
    });
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const testIterator = new iterators.SerialIterator(test, batchsize, { repeat: false, shuffle: false });
    trainer.extend(new Evaluator(testIterator, model, { converter }));
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport(lossAndAccuracy));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
