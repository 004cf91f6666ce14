import { iterators, type Optimizer, optimizers, Reporter, report, training, Variable, xp } from 'chainer';
import { PageConsole } from './console.ts';
import { type Data, dataOf } from './data.ts';
import { deviceOf } from './device.ts';
import { evaluate, located } from './evaluate.ts';
import { predict, weightsOf } from './look.ts';
import { Objective } from './objective.ts';
import type { ConsoleLines, Made, Setup } from './protocol.ts';
import { Weights } from './weights.ts';

/** How often the test examples are looked at, in iterations. */
const testEvery = 25;

/** Weights of the training before. */
let last: Weights | null = null;

/** Makes a training from what the page chose; nothing of the one before is lost where that fails. */
export async function session(
  setup: Setup,
  emit: (event: string, detail: unknown) => void,
): Promise<training.TrainingSession> {
  const device = await deviceOf(setup.device);
  // Data stays where it can be read at once; batches are moved.
  xp.setDefaultDevice(xp.js);
  const { train, test } = await dataOf(setup);
  xp.setDefaultDevice(device);
  xp.random.seed(setup.seed);
  const output = new PageConsole((lines: ConsoleLines) => emit('console', lines));
  const model = evaluate(setup.code, output);
  const objective = new Objective(model);
  tryOut(objective, train, device);
  const weights = new Weights(model);
  const kept = setup.keep && last !== null ? await weights.takeOver(last) : 0;
  const parameters = [...model.params()];
  const made: Made = {
    device: device.name,
    parameters: model.countParams(),
    examples: train.length,
    classifies: objective.classifies,
    kept: [kept, parameters.length],
  };
  const optimizer = optimizerOf(setup).setup(objective);
  const iterator = new iterators.SerialIterator(train, setup.batch);
  const updater = new training.StandardUpdater(iterator, optimizer, { device: device.name });
  const trainer = new training.Trainer(updater, { stopTrigger: null });
  const testIterator = new iterators.SerialIterator(test, 100, { repeat: false, shuffle: false });
  trainer.extend(new training.extensions.Evaluator(testIterator, objective, { device: device.name }), {
    trigger: [testEvery, 'iteration'],
  });
  trainer.extend(
    training.makeExtension(() => report({ memory: device.memory.stats().live }), {
      priority: training.PRIORITY_WRITER,
    }),
    { name: 'memory' },
  );
  // A device that can be lost takes the weights with it: they are read now and then.
  if (!device.synchronous)
    trainer.extend(() => weights.read(), { name: 'weights', trigger: [testEvery, 'iteration'] });
  last = weights;
  return {
    trainer,
    commands: {
      made: () => made,
      predict: (pixels: Float32Array) => predict(model, pixels, made.classifies),
      weights: () => weightsOf(model),
      graph: () => objective.graph,
      example: (i: number) => exampleOf(test, i),
      save: () => weights.read(),
      load: (file: Blob) => weights.load(file),
      rate: (rate: number) => setRate(optimizer, rate),
    },
  };
}

/** One step on two examples: what does not fit shows before anything is replaced, and parameters get their shapes. */
function tryOut(objective: Objective, { columns }: Data['train'], device: xp.Device): void {
  const [x, t] = (columns as xp.NdArray[]).map((column) => new Variable(column.at(':2').to(device)));
  // With a reporter of its own: that of the training before may be waiting.
  const reporter = new Reporter();
  reporter.addObserver('main', objective);
  reporter.addObservers('main', objective.namedlinks({ skipself: true }));
  reporter.activate(() => located(() => objective.forward(x as Variable, t as Variable).backward()));
  objective.cleargrads();
}

function optimizerOf({ optimizer, rate }: Setup): Optimizer {
  switch (optimizer) {
    case 'Adam':
      return new optimizers.Adam({ alpha: rate });
    case 'AdamW':
      return new optimizers.AdamW({ alpha: rate, weightDecayRate: 0.01 });
    default:
      return new optimizers[optimizer]({ lr: rate });
  }
}

/** Changes the learning rate of a training that runs. */
function setRate(optimizer: Optimizer, rate: number): void {
  const hyperparameters = optimizer as unknown as { alpha?: number; lr?: number };
  if (hyperparameters.alpha !== undefined) hyperparameters.alpha = rate;
  else hyperparameters.lr = rate;
}

/** One example of a set: its image and label. */
function exampleOf({ columns, length }: Data['test'], i: number): { pixels: Float32Array; label: number } {
  const [x, t] = columns as [xp.NdArray, xp.NdArray];
  const at = i % length;
  return { pixels: x.at(at).dataSync() as Float32Array, label: Number(t.at(at).itemSync()) };
}
