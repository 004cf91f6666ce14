import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { array, memory, type NdArray, random, setDefaultDevice } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chain } from '../core/chain.ts';
import '../core/install.ts';
import type { Variable } from '../core/variable.ts';
import { TupleDataset } from '../datasets/tuple-dataset.ts';
import { relu } from '../functions/activation/relu.ts';
import { dropout } from '../functions/noise/dropout.ts';
import { SerialIterator } from '../iterators/index.ts';
import { Linear } from '../links/connection/linear.ts';
import { Classifier } from '../links/model/classifier.ts';
import { Adam } from '../optimizers/adam.ts';
import { SGD } from '../optimizers/sgd.ts';
import { report } from '../reporter/index.ts';
import { loadNpz } from '../serializers/index.ts';
import * as extensions from './extensions/index.ts';
import { makeExtension, StandardUpdater, Trainer, type TrainerOptions } from './index.ts';

let folder = '';
let before: ReturnType<typeof setDefaultDevice>;
beforeAll(async () => {
  before = setDefaultDevice('js');
  folder = await mkdtemp(join(tmpdir(), 'chainer-trainer-'));
});
afterAll(async () => {
  setDefaultDevice(before);
  await rm(folder, { recursive: true, force: true });
});

class Net extends Chain {
  readonly l1 = new Linear(null, 8);
  readonly l2 = new Linear(8, 3);

  forward(x: Variable | NdArray): Variable {
    return this.l2.forward(dropout(relu(this.l1.forward(x)), { ratio: 0.2 }));
  }
}

/** Points around three corners. */
function data(n: number): TupleDataset {
  const stream = new random.RandomState(5);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
  const noise = stream.normal({ size: [n, 4], scale: 0.3 });
  const corners = array(Array.from(labels, (t) => [t === 0 ? 1 : 0, t === 1 ? 1 : 0, t === 2 ? 1 : 0, 0.5]));
  return new TupleDataset(noise.add(corners), labels);
}

interface Made {
  readonly trainer: Trainer;
  readonly model: Classifier;
}

function make(out: string, options: TrainerOptions = {}, seed = 3): Made {
  random.seed(seed);
  const model = new Classifier(new Net());
  const optimizer = new Adam({ alpha: 0.02 }).setup(model);
  const updater = new StandardUpdater(new SerialIterator(data(30), 8), optimizer);
  const trainer = new Trainer(updater, { stopTrigger: [6, 'epoch'], out: join(folder, out), ...options });
  return { trainer, model };
}

/** Log without times, and parameters. */
async function resultOf({ trainer, model }: Made): Promise<unknown> {
  const log = JSON.parse(await readFile(join(trainer.out, 'log'), 'utf8')) as Record<string, number>[];
  return [
    log.map(({ elapsed_time: _, ...entry }) => entry),
    [...model.namedparams()].map(([path, p]) => [path, p.array.toArraySync()]),
  ];
}

describe('Trainer', () => {
  test('trains: the log shows a falling loss, in JSON that any reader takes', async () => {
    const { trainer, model } = make('falls');
    const test = new SerialIterator(data(12), 5, { repeat: false, shuffle: false });
    trainer.extend(new extensions.Evaluator(test, model));
    trainer.extend(new extensions.LogReport());
    await trainer.run();
    const log = JSON.parse(await readFile(join(trainer.out, 'log'), 'utf8')) as Record<string, number>[];
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(log[0] as object)).toEqual([
      'main/loss',
      'main/accuracy',
      'validation/main/loss',
      'validation/main/accuracy',
      'epoch',
      'iteration',
      'elapsed_time',
    ]);
    const [first, last] = [log[0], log[5]] as [Record<string, number>, Record<string, number>];
    expect(last['validation/main/loss']).toBeLessThan(0.7 * (first['validation/main/loss'] as number));
  });

  test('extensions run by priority, then in the order they came, when their triggers fire', async () => {
    const { trainer } = make('order', { stopTrigger: [4, 'iteration'] });
    const calls: string[] = [];
    const note = (name: string, priority?: number) =>
      makeExtension(
        () => void calls.push(name),
        priority === undefined ? { defaultName: name } : { defaultName: name, priority },
      );
    trainer.extend(note('reader'));
    trainer.extend(note('late'), { priority: -1 });
    trainer.extend(note('writer', 300));
    trainer.extend(note('second'), { trigger: [2, 'iteration'] });
    trainer.extend(note('never'), { trigger: null });
    trainer.extend(note('start'), { trigger: null, callBeforeTraining: true });
    await trainer.run();
    const odd = ['writer', 'reader', 'late'];
    const even = ['writer', 'reader', 'second', 'late'];
    expect(calls).toEqual(['start', ...odd, ...even, ...odd, ...even]);
  });

  test('names are made unique; mistakes are named', async () => {
    const { trainer } = make('names', { stopTrigger: [1, 'iteration'] });
    trainer.extend(new extensions.FailOnNonNumber());
    trainer.extend(new extensions.FailOnNonNumber());
    expect(trainer.getExtension('FailOnNonNumber_1')).toBeInstanceOf(extensions.FailOnNonNumber);
    expect(() => trainer.getExtension('LogReport')).toThrow(
      /no extension 'LogReport'; there are FailOnNonNumber, FailOnNonNumber_1/,
    );
    expect(() => trainer.extend(new extensions.FailOnNonNumber(), { name: 'training' })).toThrow(
      "'training' is not allowed",
    );
    expect(() => trainer.extend({} as never)).toThrow('a function or an object with run');
    await trainer.run();
    await expect(trainer.run()).rejects.toThrow('cannot run twice');
  });

  test('an error goes through onError to the caller, and everything is finalized', async () => {
    const { trainer } = make('error');
    const calls: string[] = [];
    trainer.extend({
      defaultName: 'watcher',
      run: () => {
        throw new Error('broken');
      },
      onError: (_, error) => void calls.push((error as Error).message),
      finalize: () => void calls.push('finalized'),
    });
    await expect(trainer.run()).rejects.toThrow('broken');
    expect(calls).toEqual(['broken', 'finalized']);
  });

  test('forgotten setup, and an iterator that ends', async () => {
    const iterator = new SerialIterator(data(6), 4, { repeat: false });
    expect(() => new StandardUpdater(iterator, new SGD())).toThrow(
      /optimizer 'main' has no target; call optimizer\.setup\(model\)/,
    );
    const optimizer = new SGD().setup(new Classifier(new Net()));
    const trainer = new Trainer(new StandardUpdater(iterator, optimizer), {
      stopTrigger: [3, 'epoch'],
      out: join(folder, 'ends'),
    });
    await expect(trainer.run()).rejects.toThrow(
      "iterator 'main' has come to its end; make it with {repeat: true}",
    );
    expect(() => new StandardUpdater(5 as never, optimizer)).toThrow('iterator must be');
    expect(() => new extensions.Evaluator(new SerialIterator([1], 1), new Net())).toThrow(
      'make it with {repeat: false}',
    );
  });

  test('FailOnNonNumber stops a training that diverges, and names the parameter', async () => {
    const model = new Classifier(new Net());
    const optimizer = new SGD({ lr: 1e30 }).setup(model);
    const trainer = new Trainer(new StandardUpdater(new SerialIterator(data(9), 3), optimizer), {
      stopTrigger: [50, 'iteration'],
      out: join(folder, 'nan'),
    });
    trainer.extend(new extensions.FailOnNonNumber());
    await expect(trainer.run()).rejects.toThrow(
      /\[FailOnNonNumber\] parameter \/predictor\/l\d\/\w of optimizer 'main' became NaN or infinite in iteration \d+; go on from a snapshot/,
    );
  });

  test('DumpGraph writes the graph once and leaves the configuration as it was', async () => {
    const { trainer } = make('graph', { stopTrigger: [2, 'iteration'] });
    trainer.extend(new extensions.DumpGraph('main/loss'));
    await trainer.run();
    const dot = await readFile(join(trainer.out, 'cg.dot'), 'utf8');
    expect(dot).toMatch(/^digraph graphname\{rankdir=TB;.*label="SoftmaxCrossEntropy"/);
    const { trainer: other } = make('graph2', { stopTrigger: [2, 'iteration'] });
    other.extend(new extensions.DumpGraph('main/nothing'));
    await expect(other.run()).rejects.toThrow(
      /'main\/nothing' is not among what was reported \(main\/loss, main\/accuracy\)/,
    );
  });
});

describe('memory of an iteration', () => {
  test('nothing grows over iterations', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { trainer } = make('memory', { stopTrigger: [6000, 'iteration'] });
    const live: number[] = [];
    trainer.extend(
      async () => {
        // Collected arrays are counted off in later turns, when the runtime comes to it.
        let least = Number.POSITIVE_INFINITY;
        for (let round = 0; round < 10; round++) {
          gc();
          await new Promise((resolve) => setTimeout(resolve, 2));
          least = Math.min(least, memory.stats('js').live);
        }
        live.push(least);
      },
      { trigger: [1000, 'iteration'] },
    );
    await trainer.run();
    expect(live).toHaveLength(6);
    // Small arrays share regions of 64 KiB, which are counted until the last array in them is gone: so many iterations that
    // one scalar left behind by each, and what it holds back, would be several times that.
    expect(live[5]).toBeLessThanOrEqual((live[0] as number) + 65_536);
  }, 120_000);

  test("what a link's fields hold is there in the next iteration", async () => {
    class Counter extends Chain {
      readonly l = new Linear(1, 1);
      state: Variable | null = null;
      history: NdArray[] = [];

      forward(x: Variable | NdArray): Variable {
        const y = this.l.forward(x).sum();
        this.state = this.state === null ? y : this.state.add(y);
        this.history.push(y.array);
        report({ history: this.history.length }, this);
        const loss = this.state;
        return loss;
      }
    }
    const model = new Counter();
    const optimizer = new SGD({ lr: 0.01 }).setup(model);
    class Updater extends StandardUpdater {
      protected override updateCore(): void {
        const [x] = this.nextBatch() as NdArray[];
        const loss = model.forward((x as NdArray).reshape([1, 1]));
        // Every third step goes back over all three.
        if (this.iteration % 3 !== 2) return;
        model.cleargrads();
        loss.backward();
        loss.unchainBackward();
        this.getOptimizer().update();
      }
    }
    const updater = new Updater(new SerialIterator(array([1, 2, 3, 4]), 1, { shuffle: false }), optimizer);
    const trainer = new Trainer(updater, { stopTrigger: [7, 'iteration'], out: join(folder, 'state') });
    await trainer.run();
    expect(model.history.map((y) => Number.isFinite(y.itemSync()))).toEqual(Array(7).fill(true));
    expect(trainer.observation['main/history']).toBe(7);
    expect(optimizer.t).toBe(2);
  });
});

describe('snapshot', () => {
  const extended = (made: Made, options: extensions.SnapshotOptions = {}): Made => {
    made.trainer.extend(new extensions.LogReport());
    made.trainer.extend(new extensions.PlotReport(['main/loss'], { filename: 'loss.svg' }));
    made.trainer.extend(new extensions.ExponentialShift('alpha', 0.9), { trigger: [1, 'epoch'] });
    made.trainer.extend(extensions.snapshot(options));
    return made;
  };

  test('a resumed run ends exactly as one that was never interrupted', async () => {
    const whole = extended(make('whole'));
    await whole.trainer.run();
    const half = extended(make('half', { stopTrigger: [3, 'epoch'] }));
    await half.trainer.run();
    // Another seed: everything random must come out of the snapshot.
    const rest = extended(make('half', {}, 99));
    await loadNpz(join(half.trainer.out, 'snapshot_iter_12'), rest.trainer);
    expect(rest.trainer.updater.epoch).toBe(3);
    await rest.trainer.run();
    expect(await resultOf(rest)).toEqual(await resultOf(whole));
  });

  test('autoload takes the newest; only so many are kept; other files stay', async () => {
    const first = extended(make('auto', { stopTrigger: [4, 'epoch'] }), { nRetains: 2 });
    await writeFile(join(folder, 'unrelated'), '');
    await first.trainer.run();
    const names = (await readdir(first.trainer.out)).sort();
    expect(names).toEqual(['log', 'loss.svg', 'snapshot_iter_12', 'snapshot_iter_15']);
    const second = extended(make('auto', {}, 99), { nRetains: 2, autoload: true });
    await second.trainer.run();
    const whole = extended(make('whole2'));
    await whole.trainer.run();
    expect(await resultOf(second)).toEqual(await resultOf(whole));
  });

  test('a truncated snapshot is refused, and the one before is still there', async () => {
    const made = extended(make('cut', { stopTrigger: [2, 'epoch'] }));
    await made.trainer.run();
    const file = join(made.trainer.out, 'snapshot_iter_8');
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 100));
    const again = extended(make('cut2'));
    await expect(loadNpz(file, again.trainer)).rejects.toThrow(
      /snapshot_iter_8.*incomplete or damaged.*earlier snapshot/s,
    );
    await loadNpz(join(made.trainer.out, 'snapshot_iter_4'), again.trainer);
    expect(again.trainer.updater.iteration).toBe(4);
  });

  test('snapshotObject saves a model, under a condition, on error too, by a writer', async () => {
    const { trainer, model } = make('object', { stopTrigger: [3, 'epoch'] });
    const writer = new extensions.ThreadWriter({ compression: false });
    trainer.extend(
      extensions.snapshotObject(model, 'model_{.updater.epoch}', {
        writer,
        condition: (t) => t.updater.epoch !== 2,
      }),
    );
    await trainer.run();
    expect((await readdir(trainer.out)).sort()).toEqual(['model_1', 'model_3']);
    await loadNpz(join(trainer.out, 'model_3'), new Classifier(new Net()));
    const broken = make('broken').trainer;
    broken.extend(extensions.snapshot({ filename: 'last', snapshotOnError: true }), { trigger: null });
    broken.extend(() => {
      throw new Error('broken');
    });
    await expect(broken.run()).rejects.toThrow('broken');
    expect(await readdir(broken.out)).toEqual(['last']);
  });

  test('mistakes', () => {
    expect(() => extensions.snapshot({ nRetains: 0 })).toThrow('[snapshot] nRetains');
    expect(() => extensions.snapshot({ filename: () => 'x', autoload: true })).toThrow(
      'give filename as a template',
    );
    expect(() => extensions.snapshot({ savefun: () => {}, writer: new extensions.SimpleWriter() })).toThrow(
      'cannot both be given',
    );
  });
});
