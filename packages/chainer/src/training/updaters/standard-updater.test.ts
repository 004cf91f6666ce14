import '../../core/install.ts';
import { array, type NdArray, setDefaultDevice } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chain } from '../../core/chain.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable } from '../../core/variable.ts';
import { DictDataset } from '../../datasets/dict-dataset.ts';
import { type DatasetIterator, SerialIterator } from '../../iterators/index.ts';
import { SGD } from '../../optimizers/sgd.ts';
import { StandardUpdater } from './index.ts';

let before: ReturnType<typeof setDefaultDevice>;
beforeAll(() => {
  before = setDefaultDevice('js');
});
afterAll(() => void setDefaultDevice(before));

/** Its loss is `w · x`, so that the gradient is x, and each step of SGD with lr 1 subtracts it. */
class Scale extends Chain {
  readonly w = new Parameter(0, [1]);

  forward(x: NdArray): Variable {
    return this.w.mul(x).sum();
  }
}

const make = (): { model: Scale; optimizer: SGD; value: () => unknown } => {
  const model = new Scale();
  return { model, optimizer: new SGD({ lr: 1 }).setup(model), value: () => model.w.array.toArraySync() };
};
const ones = (batchSize: number): SerialIterator =>
  new SerialIterator([1, 2, 3, 4], batchSize, { shuffle: false });

describe('StandardUpdater', () => {
  test('a batch of single values is one argument; the state is that of the iterator', () => {
    const { optimizer, value } = make();
    const updater = new StandardUpdater(ones(2), optimizer);
    updater.update();
    expect([value(), updater.iteration, updater.epoch, updater.epochDetail, updater.isNewEpoch]).toEqual([
      [-3],
      1,
      0,
      0.5,
      false,
    ]);
    updater.update();
    expect([value(), updater.epoch, updater.previousEpochDetail, optimizer.epoch]).toEqual([
      [-10],
      1,
      0.5,
      1,
    ]);
  });

  test('lists are spread, records stay whole; converter and device reach the batch', () => {
    const { model, optimizer, value } = make();
    const seen: unknown[] = [];
    const updater = new StandardUpdater(new SerialIterator([5, 6], 2, { shuffle: false }), optimizer, {
      inputDevice: 'js',
      converter: (batch: readonly number[], { device }) => {
        seen.push(batch, device);
        return [array([1]), array([2])];
      },
      lossFunc: (x: NdArray, y: NdArray) => model.forward(x.add(y)),
    });
    updater.update();
    expect([value(), seen]).toEqual([[-3], [[5, 6], 'js']]);
    const other = make();
    const records = new SerialIterator(new DictDataset({ x: [1, 2], y: [3, 4] }), 2, { shuffle: false });
    const lossFunc = ({ x, y }: { x: NdArray; y: NdArray }) => other.model.forward(x.mul(y));
    new StandardUpdater(records, other.optimizer, { lossFunc }).update();
    expect(other.value()).toEqual([-11]);
  });

  test('several iterators and optimizers go by name', () => {
    const [a, b] = [make(), make()];
    const updater = new StandardUpdater(
      { main: ones(1), second: ones(2) },
      { main: a.optimizer, other: b.optimizer },
    );
    expect(updater.getOptimizer('other')).toBe(b.optimizer);
    expect(updater.getIterator('second').batchSize).toBe(2);
    expect(() => updater.getOptimizer('third')).toThrow("no optimizer 'third'; there are main, other");
    expect(() => new StandardUpdater({ main: 3 } as never, a.optimizer)).toThrow("'main' of what was given");
  });

  test('the loss scale cancels out', () => {
    const { optimizer, value } = make();
    new StandardUpdater(ones(2), optimizer, { lossScale: 128 }).update();
    expect(value()).toEqual([-3]);
  });

  test('epochs are counted by the updater or by the user', () => {
    const { optimizer } = make();
    new StandardUpdater(ones(4), optimizer, { autoNewEpoch: false }).update();
    optimizer.newEpoch();
    expect(optimizer.epoch).toBe(1);
  });

  test('an asynchronous iterator is waited for', async () => {
    const { optimizer, value } = make();
    const inner = ones(2);
    const iterator = new Proxy(inner, {
      get: (target, key) => (key === 'next' ? async () => target.next() : Reflect.get(target, key, target)),
    }) as unknown as DatasetIterator;
    await new StandardUpdater(iterator, optimizer).update();
    expect(value()).toEqual([-3]);
  });

  test('an asynchronous step keeps its arrays over its waits', async () => {
    const { model, optimizer, value } = make();
    class Slow extends StandardUpdater {
      protected override async updateCore(): Promise<void> {
        const x = array([2]).mul(3);
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.getOptimizer().update(() => model.forward(x));
      }
    }
    const updater = new Slow(ones(1), optimizer);
    await updater.update();
    expect([value(), updater.iteration]).toEqual([[-6], 1]);
  });

  test('temporaries are gone after the step, gradients and what is kept are not', () => {
    const { model, optimizer } = make();
    const made: NdArray[] = [];
    const updater = new StandardUpdater(ones(2), optimizer, {
      lossFunc: (x: NdArray) => {
        made.push(x);
        return model.forward(x);
      },
    });
    updater.update();
    expect(() => made[0]?.dataSync()).toThrow(/released.*keep\(x\)/);
    expect(model.w.grad?.toArraySync()).toEqual([3]);
  });
});
