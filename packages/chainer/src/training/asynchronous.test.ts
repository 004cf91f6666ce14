import { array, type Device, getDevice, js, type NdArray, random } from '@chainer/xp';
import { forgetDevice } from '@chainer/xp/internal';
import { afterAll, describe, expect, it } from 'vitest';

import { TupleDataset } from '../datasets/index.ts';
import { relu } from '../functions/index.ts';
import { Chain, type Variable } from '../index.ts';
import { SerialIterator } from '../iterators/index.ts';
import { Classifier, Linear } from '../links/index.ts';
import { Adam } from '../optimizers/index.ts';
import { Evaluator, LogReport } from './extensions/index.ts';
import { StandardUpdater, Trainer } from './index.ts';

/** A device that cannot be read without waiting, where this machine has one. */
const device: Device | null = await getDevice('webgpu').catch((error: Error) => {
  console.warn(`training on an asynchronous device: skipped, ${error.message}`);
  return null;
});

// Other files share the worker's modules, and try every device that is ready.
afterAll(() => forgetDevice('webgpu'));

class MLP extends Chain {
  readonly l1: Linear;
  readonly l2: Linear;

  constructor(inputs: number, units: number, classes: number) {
    super();
    this.l1 = new Linear(inputs, units);
    this.l2 = new Linear(units, classes);
  }

  forward(x: Variable): Variable {
    return this.l2.forward(relu(this.l1.forward(x)));
  }
}

/** Points around four centres, on the host. */
function clusters(n: number): TupleDataset {
  const rng = new random.RandomState(3);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 4);
  const noise = rng.normal({ scale: 0.4, size: [n, 8], dtype: 'float32', device: js });
  const centres = array(
    Float32Array.from({ length: n * 8 }, (_, k) => ((k >> 3) % 4 === (k & 3) ? 1.5 : 0)),
    { shape: [n, 8], device: js },
  );
  return new TupleDataset(noise.add(centres), array(labels, { device: js }));
}

function trainerOn(name: string, epochs: number): { trainer: Trainer; model: Classifier; log: LogReport } {
  random.seed(1);
  const data = clusters(200);
  const model = new Classifier(new MLP(8, 16, 4));
  const optimizer = new Adam({ alpha: 0.02 }).setup(model);
  const iterator = new SerialIterator(data, 20);
  const trainer = new Trainer(new StandardUpdater(iterator, optimizer, { device: name }), {
    stopTrigger: [epochs, 'epoch'],
  });
  const test = new SerialIterator(data, 50, { repeat: false, shuffle: false });
  trainer.extend(new Evaluator(test, model, { device: name }));
  const log = new LogReport({ filename: null });
  trainer.extend(log);
  return { trainer, model, log };
}

describe.skipIf(device === null)('a trainer on a device that is read asynchronously', () => {
  it('runs unchanged and comes to what js comes to', async () => {
    const runs = [];
    for (const name of ['js', 'webgpu']) {
      const { trainer, model, log } = trainerOn(name, 3);
      await trainer.run();
      const last = log.log.at(-1) as Record<string, number>;
      const W = model.namedparams().next().value?.[1].array as NdArray;
      expect(W.device.name).toBe(name);
      runs.push({ last, W: Array.from((await W.data()) as Float32Array) });
    }
    const [a, b] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(b.last['validation/main/accuracy']).toBeGreaterThan(0.95);
    expect(b.last['main/loss']).toBeCloseTo(a.last['main/loss'] as number, 4);
    b.W.forEach((w, i) => {
      expect(w).toBeCloseTo(a.W[i] as number, 3);
    });
  });

  it('keeps the number of live buffers flat over 1,000 steps, without any garbage collection being asked for', async () => {
    const { trainer } = trainerOn('webgpu', 1);
    const { memory } = device as Device;
    const { updater } = trainer;
    const steps = async (n: number) => {
      for (let i = 0; i < n; i++) await updater.update();
      await (device as Device).synchronize();
      return memory.stats().live;
    };
    const before = await steps(20);
    expect(await steps(1000)).toBeLessThanOrEqual(before);
  });
});
