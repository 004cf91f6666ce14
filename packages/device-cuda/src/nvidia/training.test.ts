import { random } from '@chainer/xp';
import { type Device, forgetDevice, type NdArray, registerDevice } from '@chainer/xp/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TupleDataset } from '../../../chainer/src/datasets/tuple-dataset.ts';
import { Chain, functions as F, links as L, optimizers, type Variable } from '../../../chainer/src/index.ts';
import { SerialIterator } from '../../../chainer/src/iterators/serial-iterator.ts';
import { ParallelUpdater, StandardUpdater } from '../../../chainer/src/training/updaters/index.ts';
import { cuda } from '../both.testing.ts';
import { createCudaDevice } from '../index.ts';
import { deviceWith } from './library.testing.ts';
import { NcclCommunicator } from './nccl.ts';

/** Its loss is a sum over examples. The shapes come with the first batch; two parameters have one array for their gradients. */
class Net extends Chain {
  l1 = new L.Linear(null, 5);
  l2 = new L.Linear(5, 2);
  b1 = new L.Bias({ shape: [2] });
  b2 = new L.Bias({ shape: [2] });

  forward(x: NdArray, t: NdArray): Variable {
    const y = this.b2.forward(this.b1.forward(this.l2.forward(F.tanh(this.l1.forward(x)))));
    return F.sum(F.square(F.sub(y, t)));
  }
}

const normal = (seed: number, size: number[]) =>
  new random.RandomState(seed).normal({ size }).astype('float32');
const data = new TupleDataset(normal(1, [16, 3]), normal(2, [16, 2]));

/** Parameters after three updates on some devices. */
async function train(devices: readonly Device[]): Promise<[string, number[]][]> {
  for (const device of devices) registerDevice(device);
  random.seed(3);
  const optimizer = new optimizers.Adam({ alpha: 0.05 }).setup(new Net());
  const [main, second] = devices.map((d) => d.name) as [string, string];
  const iterator = new SerialIterator(data, 8, { shuffle: false });
  const updater =
    devices.length === 1
      ? new StandardUpdater(iterator, optimizer, { device: main })
      : new ParallelUpdater(iterator, optimizer, { devices: { main, second } });
  for (let k = 0; k < 3; k++) await updater.update();
  const { target } = optimizer as unknown as { target: Net };
  return [...target.namedparams()].map(([path, p]) => [path, p.array.ravel().toArraySync() as number[]]);
}

const ranks = [deviceWith('nccl'), deviceWith('nccl', 1)];

describe.skipIf(ranks.includes(null))('ParallelUpdater over two GPUs', () => {
  afterEach(() => {
    for (const name of ['cuda:0', 'cuda:1']) forgetDevice(name);
    vi.restoreAllMocks();
  });

  it.each([
    ['through NCCL', true],
    ['by copies where it is missing', false],
  ])('trains as one GPU with the whole batch does, %s', async (_, there) => {
    const reduce = vi.spyOn(NcclCommunicator.prototype, 'reduce');
    const bcast = vi.spyOn(NcclCommunicator.prototype, 'bcast');
    const expected = await train([cuda]);
    expect(reduce).not.toHaveBeenCalled();
    const got = await train(there ? (ranks as Device[]) : [cuda, createCudaDevice('cuda:1')]);
    expect(got.map(([path]) => path)).toEqual(expected.map(([path]) => path));
    for (const [k, [path, values]] of got.entries())
      for (const [i, value] of values.entries())
        expect(value, `${path} ${i}`).toBeCloseTo(expected[k]![1][i]!, 5);
    // Six parameters, two ranks, three updates.
    expect([reduce.mock.calls.length, bcast.mock.calls.length]).toEqual(there ? [36, 36] : [0, 0]);
  });
});
