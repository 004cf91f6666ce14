import {
  Chain,
  functions as F,
  iterators,
  links as L,
  optimizerHooks,
  optimizers,
  report,
  training,
  Variable,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { count, real, text, trained } from '../flags.ts';
import { lines, Vocabulary } from '../text/vocabulary.ts';
import { generatedTrees, parseTree, type Tree } from './trees.ts';

const { Evaluator, LogReport, MicroAverage, PrintReport, ProgressBar, snapshot } = training.extensions;

const id = (n: number) => xp.array(Int32Array.of(n));

/** A network with the shape of the sentence: plain recursion over its tree (Socher et al., 2013). */
class RecursiveNet extends Chain {
  readonly embed: L.EmbedID;
  readonly l: L.Linear;
  readonly w: L.Linear;
  private readonly vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary, units: number, labels: number) {
    super();
    this.vocabulary = vocabulary;
    this.embed = new L.EmbedID(vocabulary.size, units);
    this.l = new L.Linear(2 * units, units);
    this.w = new L.Linear(units, labels);
  }

  leaf(word: string): Variable {
    return this.embed.forward(id(this.vocabulary.id(word)));
  }

  node(left: Variable, right: Variable): Variable {
    return F.tanh(this.l.forward(F.concat([left, right])));
  }

  label(v: Variable): Variable {
    return this.w.forward(v);
  }

  /** The loss over all nodes of the trees; reports how many nodes, and how many roots, it got right. */
  override forward(...trees: readonly Tree[]): Variable {
    let loss: Variable = new Variable(xp.zeros([]));
    const seen = { node: [0, 0] as [number, number], root: [0, 0] as [number, number] };
    const visit = (tree: Tree, root: boolean): Variable => {
      const v =
        tree.word !== undefined
          ? this.leaf(tree.word)
          : this.node(visit(tree.left as Tree, false), visit(tree.right as Tree, false));
      const y = this.label(v);
      loss = F.add(loss, F.softmaxCrossEntropy(y, id(tree.label)));
      const right = Number(xp.argmax(y.array).itemSync()) === tree.label ? 1 : 0;
      for (const tally of root ? [seen.node, seen.root] : [seen.node]) {
        tally[0] += right;
        tally[1]++;
      }
      return v;
    };
    for (const tree of trees) visit(tree, true);
    report(
      {
        loss,
        correct: seen.node[0],
        total: seen.node[1],
        correct_root: seen.root[0],
        total_root: seen.root[1],
      },
      this,
    );
    return loss;
  }
}

export const sentiment = example(
  'sentiment',
  'a network that is another one for every sentence: recursion over parse trees',
  {
    ...trained(400, 25, { epoch: 4, batchsize: 10 }),
    unit: count(30, 'units of a node', { short: 'u' }),
    labels: count(5, 'labels of the nodes'),
    lr: real(0.1, 'learning rate'),
    train: text<string | null>(null, 'trees to learn, one a line: (3 (2 the) (3 sun))'),
    test: text<string | null>(null, 'trees to be tested with'),
    generated: count(2000, 'generated trees, where there is no file', { quick: 200 }),
  },
  async (options) => {
    const read = async (file: string) => (await lines(file)).map(parseTree);
    const [learn, test] =
      options.train !== null && options.test !== null
        ? [await read(options.train), await read(options.test)]
        : [generatedTrees(1, options.generated), generatedTrees(2, Math.ceil(options.generated / 4))];
    if (options.train === null || options.test === null)
      console.log('No --train and --test: trees of a generated language.');
    const vocabulary = new Vocabulary(['<unk>']);
    const collect = (tree: Tree): void => {
      if (tree.word !== undefined) vocabulary.add(tree.word);
      else for (const child of [tree.left, tree.right]) collect(child as Tree);
    };
    learn.forEach(collect);

    const model = new RecursiveNet(vocabulary, options.unit, options.labels);
    const optimizer = new optimizers.AdaGrad({ lr: options.lr }).setup(model);
    optimizer.addHook(new optimizerHooks.WeightDecay(1e-4));
    // A batch is the list of its trees: there is nothing to stack.
    const converter = (batch: readonly Tree[]) => batch;
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(learn, options.batchsize),
      optimizer,
      {
        converter,
      },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const testIterator = new iterators.SerialIterator(test, options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(testIterator, model, { converter }));
    for (const prefix of ['main', 'validation/main'])
      for (const [suffix, name] of [
        ['', 'accuracy'],
        ['_root', 'accuracy_root'],
      ] as const)
        trainer.extend(
          new MicroAverage(`${prefix}/correct${suffix}`, `${prefix}/total${suffix}`, `${prefix}/${name}`),
          { name: `MicroAverage ${prefix} ${name}` },
        );
    trainer.extend(new LogReport());
    trainer.extend(
      new PrintReport([
        'epoch',
        'main/loss',
        'main/accuracy',
        'main/accuracy_root',
        'validation/main/accuracy_root',
      ]),
    );
    trainer.extend(new ProgressBar({ updateInterval: 5 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    return await train(trainer, options, [
      'main/accuracy',
      'main/accuracy_root',
      'validation/main/accuracy_root',
    ]);
  },
);
