import { array, random } from '@chainer/xp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Variable } from '../../core/install.ts';
import { TupleDataset } from '../../datasets/index.ts';
import { SerialIterator } from '../../iterators/index.ts';
import { Classifier, Linear } from '../../links/index.ts';
import { SGD } from '../../optimizers/index.ts';
import { report } from '../../reporter/index.ts';
import { StandardUpdater, serveTraining, Trainer, type TrainingSession, TrainingWorker } from '../index.ts';

interface Options {
  readonly lr: number;
  readonly stop?: number;
  readonly fail?: boolean;
}

/** Separable data, and a linear classifier of it. */
function session(
  { lr, stop, fail }: Options,
  emit: (event: string, detail: unknown) => void,
): TrainingSession {
  random.seed(0);
  const x = random.randn(40, 2);
  const t = Int32Array.from(x.toArraySync() as number[][], ([a]) => ((a as number) > 0 ? 1 : 0));
  const model = new Classifier(new Linear(2, 2));
  const optimizer = new SGD({ lr }).setup(model);
  const updater = new StandardUpdater(new SerialIterator(new TupleDataset(x, t), 10), optimizer);
  const trainer = new Trainer(updater, { stopTrigger: stop === undefined ? null : [stop, 'iteration'] });
  if (fail) {
    trainer.extend(() => {
      if (updater.iteration === 2) throw new RangeError('the second is bad');
    });
  }
  return {
    trainer,
    commands: {
      iteration: () => updater.iteration,
      double: (n: number) => 2 * n,
      say: (words: string) => emit('said', [words]),
      loss: () => (model.forward(new Variable(x), array(t)) as Variable).itemSync(),
    },
  };
}

let line: InstanceType<typeof MessageChannel>;
let training: TrainingWorker<Options>;
beforeEach(() => {
  line = new MessageChannel();
  serveTraining(session, line.port1);
  training = new TrainingWorker(line.port2);
});
afterEach(async () => {
  await training.end();
  line.port1.close();
});

describe('training in a worker', () => {
  test('so many iterations, then more, with progress; the loss falls', async () => {
    const seen: [number, number][] = [];
    training.addEventListener('progress', ({ detail }) =>
      seen.push([detail.iteration as number, detail['main/loss'] as number]),
    );
    await training.setup({ lr: 0.5 });
    const before = await training.call('loss');
    expect(await training.run(3)).toBe(false);
    expect(await training.call('iteration')).toBe(3);
    expect(await training.run(9)).toBe(false);
    expect(seen.map(([iteration]) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await training.call('loss')).toBeLessThan(0.7 * (before as number));
  });

  test('runs until it is paused, and goes on; commands run meanwhile', async () => {
    await training.setup({ lr: 0.1 });
    const paused = training.run();
    expect(await training.call('double', 21)).toBe(42);
    await training.pause();
    expect(await paused).toBe(false);
    const at = (await training.call('iteration')) as number;
    expect(at).toBeGreaterThan(0);
    await training.run(1);
    expect(await training.call('iteration')).toBe(at + 1);
  });

  test('ends where the stop trigger says', async () => {
    await training.setup({ lr: 0.1, stop: 5 });
    expect(await training.run()).toBe(true);
    expect(await training.run()).toBe(true);
    expect(await training.call('iteration')).toBe(5);
  });

  test('another setup takes the place of one that runs', async () => {
    await training.setup({ lr: 0.1 });
    const first = training.run();
    await training.setup({ lr: 0.2 });
    expect(await first).toBe(true);
    expect(await training.call('iteration')).toBe(0);
    expect(await training.run(2)).toBe(false);
  });

  test('what an iteration throws arrives, and what was trained is still there', async () => {
    await training.setup({ lr: 0.1, fail: true });
    await expect(training.run()).rejects.toMatchObject({
      name: 'RangeError',
      message: 'the second is bad',
    });
    await expect(training.run()).rejects.toThrow('the second is bad');
    expect(await training.call('iteration')).toBe(2);
  });

  test('ends when it is told to, and leaves no reporter behind', async () => {
    await training.setup({ lr: 0.1 });
    const running = training.run();
    await training.call('iteration');
    await training.end();
    expect(await running).toBe(true);
    await expect(training.run()).rejects.toThrow('call setup(options) before');
    // Would be refused by the trainer's reporter, which does not know it.
    report({ value: 1 }, new Linear(1, 1));
  });

  test('a session has events of its own', async () => {
    const said: unknown[] = [];
    training.addEventListener('said', ({ detail }) => said.push(detail));
    await training.setup({ lr: 0.1 });
    await training.call('say', 'hello');
    expect(said).toEqual([['hello']]);
  });

  test('mistakes are named', async () => {
    await expect(training.run()).rejects.toThrow('call setup(options) before');
    await training.setup({ lr: 0.1 });
    await expect(training.run(0)).rejects.toThrow('iterations must be positive, got 0');
    await expect(training.call('predict')).rejects.toThrow(
      "there is no command 'predict'; there are iteration, double, say, loss",
    );
  });
});
