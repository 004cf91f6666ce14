import { array, type NdArray, random } from '@chainer/xp';
import { afterEach, describe, expect, test } from 'vitest';
import { TupleDataset } from '../../datasets/tuple-dataset.ts';
import { Chain, functions as F, links as L, optimizers, type Variable } from '../../index.ts';
import { SerialIterator } from '../../iterators/serial-iterator.ts';
import { moduleOf } from '../../iterators/workers.testing.ts';
import { DictionarySerializer } from '../../serializers/dictionary-serializer.ts';
import type { Updater } from '../types.ts';
import { BPTTUpdater, MultiprocessParallelUpdater, ParallelUpdater, StandardUpdater } from './index.ts';

const chainer = new URL('../../../dist/node/index.js', import.meta.url).href;

const open: Updater[] = [];
afterEach(async () => {
  for (const updater of open.splice(0)) await updater.finalize();
});

/** A network whose input size the first batch tells. */
class Net extends Chain {
  l1 = new L.Linear(null, 5);
  l2 = new L.Linear(5, 2);

  forward(x: NdArray): Variable {
    return this.l2.forward(F.tanh(this.l1.forward(x)));
  }
}

const replica = moduleOf(`
  import { Chain, functions as F, links as L } from '${chainer}';
  class Net extends Chain {
    l1 = new L.Linear(null, 5);
    l2 = new L.Linear(5, 2);
    forward(x) { return this.l2.forward(F.tanh(this.l1.forward(x))); }
  }
  export default (reduce) => {
    const model = new Net();
    return { model, lossFunc: (x, t) => F.meanSquaredError(model.forward(x), t) };
  };
  export const summed = () => {
    const model = new Net();
    return { model, lossFunc: (x, t) => F.sum(F.square(F.sub(model.forward(x), t))) };
  };
  export const other = () => new L.Linear(3, 2);
  export const broken = () => ({ model: new Net(), lossFunc() { throw new Error('no loss today'); } });
`);

const data = new TupleDataset(
  new random.RandomState(1).normal({ size: [12, 3] }).astype('float32'),
  new random.RandomState(2).normal({ size: [12, 2] }).astype('float32'),
);
const batches = (): SerialIterator<unknown[]> => new SerialIterator(data, 6, { shuffle: false });

type Make = (optimizer: optimizers.Adam, lossFunc: (x: NdArray, t: NdArray) => Variable) => Updater;

/** Parameters after four updates, with losses that are means or sums. */
async function train(make: Make, sum = false): Promise<Map<string, unknown>> {
  random.seed(4);
  const model = new Net();
  const optimizer = new optimizers.Adam({ alpha: 0.05 }).setup(model);
  const lossFunc = (x: NdArray, t: NdArray): Variable =>
    sum ? F.sum(F.square(F.sub(model.forward(x), t))) : F.meanSquaredError(model.forward(x), t);
  const updater = make(optimizer, lossFunc);
  open.push(updater);
  for (let k = 0; k < 4; k++) await updater.update();
  expect([updater.iteration, updater.epoch, optimizer.t]).toEqual([4, 2, 4]);
  return new Map([...model.namedparams()].map(([path, p]) => [path, p.array.toArraySync()]));
}

const close = (got: Map<string, unknown>, expected: Map<string, unknown>): void => {
  expect([...got.keys()]).toEqual([...expected.keys()]);
  for (const [path, value] of got) {
    const a = (value as number[][]).flat();
    const b = (expected.get(path) as number[][]).flat();
    for (const [i, x] of a.entries()) expect(x, `${path} ${i}`).toBeCloseTo(b[i] as number, 5);
  }
};

describe('MultiprocessParallelUpdater', () => {
  test.each([
    ['mean', 'default', false],
    ['sum', 'summed', true],
  ] as const)('computes the %s of gradients as one process does', async (reduce, name, sum) => {
    const alone = await train(
      (optimizer, lossFunc) => new StandardUpdater(batches(), optimizer, { lossFunc }),
      sum,
    );
    const together = await train(
      (optimizer, lossFunc) =>
        new MultiprocessParallelUpdater(batches(), optimizer, {
          lossFunc,
          reduce,
          model: { module: replica, export: name },
          nProcesses: 3,
        }),
      sum,
    );
    close(together, alone);
  });

  test('says what a worker throws, which parameters are missing, and what is wrong', async () => {
    const optimizer = new optimizers.SGD().setup(new Net());
    const make = (
      name: string,
      lossFunc = (x: NdArray, t: NdArray) =>
        F.meanSquaredError(optimizer.target?.forward(x as never) as Variable, t),
    ) => {
      const updater = new MultiprocessParallelUpdater(batches(), optimizer, {
        lossFunc,
        model: { module: replica, export: name },
      });
      open.push(updater);
      return updater;
    };
    await expect(make('broken').update()).rejects.toThrow(
      '[MultiprocessParallelUpdater] in a worker: no loss today',
    );
    await expect(make('other').update()).rejects.toThrow("the workers' model has no parameter /l1/W");
    const wrong = (options: object) => () =>
      new MultiprocessParallelUpdater(batches(), optimizer, options as never);
    expect(wrong({ model: new Net() })).toThrow('model must be { module, export, args }');
    expect(wrong({ model: { module: replica }, nProcesses: 0 })).toThrow(
      'nProcesses must be a positive integer',
    );
    expect(wrong({ model: { module: replica }, reduce: 'max' })).toThrow(
      "reduce must be 'mean' or 'sum', got max",
    );
  });
});

describe('ParallelUpdater', () => {
  test('adds the gradients of parts, each once', async () => {
    const alone = await train(
      (optimizer, lossFunc) => new StandardUpdater(batches(), optimizer, { lossFunc }),
      true,
    );
    const observed: object[] = [];
    const model = (m: Net) => (x: NdArray, t: NdArray) => F.sum(F.square(F.sub(m.forward(x), t)));
    random.seed(4);
    class Squares extends Chain {
      net = new Net();
      forward(x: NdArray, t: NdArray): Variable {
        observed.push(this);
        return model(this.net)(x, t);
      }
    }
    const target = new Squares();
    const optimizer = new optimizers.Adam({ alpha: 0.05 }).setup(target);
    const updater = new ParallelUpdater(batches(), optimizer, { devices: { main: 'js', b: 'js', c: 'js' } });
    for (let k = 0; k < 4; k++) await updater.update();
    close(new Map([...target.net.namedparams()].map(([path, p]) => [path, p.array.toArraySync()])), alone);
    expect(new Set(observed).size).toBe(3);
  });

  test.runIf(process.env.CHAINER_TEST_NATIVE === '1')(
    'moves parts, gradients and parameters among devices',
    async () => {
      const target = new L.Classifier(new L.Linear(3, 2), { lossfun: F.meanSquaredError });
      target.computeAccuracy = false;
      const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(target);
      const updater = new ParallelUpdater(batches(), optimizer, { devices: { second: 'js', main: 'cpu' } });
      const before = [...target.params()].map((p) => p.array.toArraySync());
      await updater.update();
      expect([...target.params()].map((p) => p.array.device.name)).toEqual(['cpu', 'cpu']);
      expect([...target.params()].map((p) => p.array.toArraySync())).not.toEqual(before);
    },
  );

  test('wrong devices and models', () => {
    const optimizer = new optimizers.SGD().setup(new Net());
    expect(() => new ParallelUpdater(batches(), optimizer, { devices: { a: 'js' } })).toThrow(
      "devices must name one 'main', got a",
    );
    expect(
      () =>
        new ParallelUpdater(batches(), optimizer, {
          devices: { main: 'js', b: 'js' },
          models: { main: new Net() },
        }),
    ).toThrow('models and devices must have the same names, got main and main, b');
  });
});

describe('several optimizers', () => {
  test('a generator and a critic train in one updateCore, and both are saved', async () => {
    random.seed(0);
    const real = array([[2], [2.1], [1.9], [2.05]]);
    const generator = new L.Linear(1, 1);
    const critic = new Net();
    class GanUpdater extends StandardUpdater {
      protected override async updateCore(): Promise<void> {
        const x = array((await this.nextBatch()) as never);
        const z = random.normal({ size: [x.shape[0] as number, 1] }).astype('float32');
        const score = (y: NdArray | Variable): Variable => F.sum(critic.forward(y as NdArray), { axis: 1 });
        this.getOptimizer('critic').update(() => {
          const fake = generator.forward(z).array;
          return F.mean(F.add(F.softplus(F.neg(score(x))), F.softplus(score(fake))));
        });
        this.getOptimizer('generator').update(() => F.mean(F.softplus(F.neg(score(generator.forward(z))))));
      }
    }
    const updater = new GanUpdater(new SerialIterator([...(real.toArraySync() as number[][])], 4), {
      generator: new optimizers.Adam({ alpha: 0.02 }).setup(generator),
      critic: new optimizers.Adam({ alpha: 0.02 }).setup(critic),
    });
    for (let k = 0; k < 150; k++) await updater.update();
    const b = generator.b?.array.itemSync() as number;
    // It began at 0; the real examples lie about 2.
    expect(b).toBeGreaterThan(0.8);
    const writer = new DictionarySerializer();
    updater.serialize(writer);
    const keys = [...writer.target.keys()];
    for (const key of [
      'optimizer:generator/t',
      'optimizer:critic/l1/W/m',
      'model:generator/W',
      'model:critic/l2/b',
    ])
      expect(keys).toContain(key);
  });
});

describe('BPTTUpdater', () => {
  test('goes back bpropLen steps, no further, and states go on', async () => {
    // y_t = w·y_{t-1} + x_t: gradients of w tell how far back they went.
    class Recurrence extends Chain {
      w = new L.Scale({ WShape: [] });
      y: Variable | null = null;
      forward(x: NdArray): Variable {
        const before = this.y === null ? null : this.w.forward(this.y);
        this.y = before === null ? (F.identity(x) as Variable) : F.add(before, x);
        return F.sum(this.y);
      }
    }
    const model = new Recurrence();
    const w = model.w.W as unknown as { array: NdArray; grad: NdArray };
    w.array.setAt(0.5);
    const optimizer = new optimizers.SGD({ lr: 0 }).setup(model);
    const steps = new SerialIterator(
      [1, 1, 1, 1].map((x) => array(x)),
      1,
      { shuffle: false },
    );
    const updater = new BPTTUpdater(steps, optimizer, { bpropLen: 2 });
    await updater.update();
    // y1 = 1, y2 = w + 1: d(y1 + y2)/dw = 1.
    expect(w.grad.itemSync()).toBeCloseTo(1);
    await updater.update();
    // y2 = 1.5 is a constant now: y3 = w·y2 + 1, y4 = w·y3 + 1: y2 + (y3 + w·y2) = 1.5 + 1.75 + 0.75.
    expect(w.grad.itemSync()).toBeCloseTo(4);
    expect([updater.iteration, updater.epoch]).toEqual([2, 1]);
    expect(() => new BPTTUpdater(steps, optimizer, { bpropLen: 0 })).toThrow(
      'bpropLen must be a positive integer, got 0',
    );
  });
});
