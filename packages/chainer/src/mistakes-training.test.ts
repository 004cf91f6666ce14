// What users do wrong with links, optimizers and training, and what they are told: the function, both values, the cure.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Chain,
  dataset,
  datasets,
  functions as F,
  getCurrentReporter,
  iterators,
  links as L,
  optimizerHooks,
  optimizers,
  Parameter,
  Reporter,
  Sequential,
  training,
} from './index.ts';
import * as extensions from './training/extensions/index.ts';

/** What is done, and what the message says. */
type Mistake = readonly [what: string, mistake: () => unknown, message: RegExp];

let before: ReturnType<typeof xp.setDefaultDevice>;
let folder = '';
beforeAll(async () => {
  before = xp.setDefaultDevice('js');
  folder = await mkdtemp(join(tmpdir(), 'chainer-mistakes-'));
});
afterAll(async () => {
  xp.setDefaultDevice(before);
  await rm(folder, { recursive: true });
});

const f32 = (...shape: number[]) => xp.ones(shape, { device: 'js' });
const wrong = { ...L, ...optimizers } as unknown as Record<string, new (...args: unknown[]) => unknown>;
const made = (name: string, ...args: unknown[]): unknown => {
  const Wanted = wrong[name] as new (...args: unknown[]) => unknown;
  return new Wanted(...args);
};

describe('links', () => {
  it.each<Mistake>([
    [
      'the array of a parameter that has no shape yet',
      () => new L.Linear(null, 4).W.array,
      /^\[Parameter\] W is not initialized yet: its shape is found in the first forward pass; call the link once, or give its input size to the constructor$/,
    ],
    ['its shape', () => new L.Linear(null, 4).W.shape, /^\[Parameter\] W is not initialized yet/],
    ['a function of it', () => F.sum(new L.Linear(null, 4).W), /^\[Parameter\] W is not initialized yet/],
    [
      'another number of features',
      () => new L.Linear(3, 4).forward(f32(2, 5)),
      /^\[linear\] x has 5 features but W expects 3 \(x: float32\[2,5\], W: float32\[4,3\], b: float32\[4\]\)$/,
    ],
    [
      'another number of channels',
      () => new L.Convolution2D(3, 4, 3).forward(f32(1, 2, 8, 8)),
      /^\[convolution2d\] x has 2 channels but W expects 3/,
    ],
    [
      'another number of channels to normalize',
      () => new L.BatchNormalization(3).forward(f32(2, 4)),
      /^\[batchNormalization\] gamma must have shape \[4\].* got \[3\]/,
    ],
    [
      'a list as input',
      () => new L.Linear(2, 4).forward([[1, 2]] as never),
      /^\[linear\] x must be a Variable or an NdArray, got a JavaScript array/,
    ],
    [
      'no sizes',
      () => made('Linear'),
      /^\[Linear\] outSize is missing: new Linear\(inSize, outSize\) or new Linear\(outSize\)$/,
    ],
    [
      'options where a size stands',
      () => new L.GroupNormalization(2, { eps: 1e-3 } as never),
      /^\[Parameter\] the shape of gamma must be a list of integers, got a Object; options stand after all sizes/,
    ],
    [
      'a negative size',
      () => new L.Linear(-1, 3),
      /^\[Parameter\] the shape of W must be non-negative integers, got \[3, -1\]; check the sizes given to the link$/,
    ],
    [
      'a size as text',
      () => made('Linear', '3', 3),
      /^\[Parameter\] the shape of W must be non-negative integers/,
    ],
    [
      'an initializer by name',
      () => new Parameter('HeNormal' as never, [2]),
      /^\[initialize\] an initializer is a number, an NdArray, an object with apply\(array\) .* got 'HeNormal'$/,
    ],
    [
      'a layer that is none',
      () => new Sequential(3 as never),
      /^\[Sequential\] layers are links or functions, got 3$/,
    ],
    [
      'a classifier without labels',
      () => new L.Classifier(new L.Linear(3, 2)).forward(f32(2, 3)),
      /^\[Classifier\] labelKey -1 is out of bounds: got 1 arguments, need inputs and a target$/,
    ],
    [
      'parameters of another network',
      () => new L.Linear(2, 3).copyparams(new L.Linear(2, 3, { nobias: true })),
      /^\[copyparams\] the other link has no parameter \/b$/,
    ],
    [
      'a device that is not loaded',
      () => new L.Linear(2, 3).toDevice('gpu'),
      /^\[device\] 'gpu' is not loaded .* call await getDevice\('gpu'\) once before$/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });

  it('a child that is not there', () => {
    class Net extends Chain {
      readonly l1 = new L.Linear(1, 1);
      forward(): void {}
    }
    expect(() => new Net().get('l2')).toThrow(/^\[Chain\.get\] Net has no child link 'l2'$/);
  });

  it.runIf(xp.devices().some((d) => d.name === 'cpu'))('input on another device', () => {
    const x = xp.ones([1, 2], { device: 'cpu' });
    expect(() => new L.Linear(2, 3).toDevice('js').forward(x)).toThrow(
      /^\[LinearFunction\] arrays on cpu and js cannot be mixed; move one with x\.to\("cpu"\)$/,
    );
  });
});

describe('optimizers', () => {
  const layer = () => new L.Linear(2, 1);
  it.each<Mistake>([
    [
      'setup was forgotten before update',
      () => new optimizers.SGD().update(),
      /^\[SGD\.update\] the optimizer is not set up: call optimizer\.setup\(model\) first$/,
    ],
    [
      'setup was forgotten before addHook',
      () => new optimizers.Adam().addHook(new optimizerHooks.WeightDecay(0.1)),
      /^\[Adam\.addHook\] the optimizer is not set up/,
    ],
    [
      'setup of parameters',
      () => new optimizers.SGD().setup([layer().W] as never),
      /^\[SGD\.setup\] the target must be a link \(Chain, links\.Linear, …\), got object$/,
    ],
    [
      'a hyperparameter of another optimizer',
      () => made('Adam', { lr: 0.1 }),
      /^\[Adam\] unknown hyperparameter 'lr'; there are alpha, beta1, beta2, eps/,
    ],
    [
      'a hyperparameter without its name',
      () => made('SGD', 0.1),
      /^\[SGD\] hyperparameters are given by name, new SGD\(\{lr: …\}\), got 0\.1$/,
    ],
    [
      'a hyperparameter as text',
      () => made('SGD', { lr: '0.1' }),
      /^\[SGD\] lr must be a number, got string 0\.1$/,
    ],
    [
      'a loss that is no variable',
      () => new optimizers.SGD().setup(layer()).update(() => 3),
      /^\[SGD\.update\] lossfun must return the loss as a Variable, got number$/,
    ],
    [
      'a loss instead of a loss function',
      () => new optimizers.SGD().setup(layer()).update(F.sum(layer().forward(f32(1, 2))) as never),
      /^\[SGD\.update\] lossfun must be a function or a link, got a Variable; for a loss that is there already, call loss\.backward\(\) and then update\(\)$/,
    ],
    [
      'a hook twice',
      () =>
        new optimizers.SGD()
          .setup(layer())
          .addHook(new optimizerHooks.WeightDecay(0.1))
          .addHook(new optimizerHooks.WeightDecay(0.2)),
      /^\[SGD\.addHook\] a hook named 'WeightDecay' is there already; remove it first or give this one another name/,
    ],
    [
      'removing a hook that is not there',
      () => new optimizers.SGD().setup(layer()).removeHook('WeightDecay'),
      /^\[SGD\.removeHook\] no hook is named 'WeightDecay'/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });
});

const examples = () => new datasets.TupleDataset(f32(4, 2), Int32Array.of(0, 1, 0, 1));
const iterator = () => new iterators.SerialIterator(examples(), 2);
const optimizer = (options = {}) => new optimizers.SGD(options).setup(new L.Classifier(new L.Linear(2, 2)));
const updater = () => new training.StandardUpdater(iterator(), optimizer());

describe('training', () => {
  it.each<Mistake>([
    [
      'no batch size',
      () => new iterators.SerialIterator([1], undefined as never),
      /^\[SerialIterator\] batchSize must be a positive integer, got undefined$/,
    ],
    [
      'no dataset',
      () => new iterators.SerialIterator(5 as never, 2),
      /^\[SerialIterator\] expected a dataset .* got 5$/,
    ],
    [
      'an empty dataset',
      () => new iterators.SerialIterator([], 2),
      /^\[SerialIterator\] the dataset is empty$/,
    ],
    [
      'datasets of several lengths',
      () => new datasets.TupleDataset(f32(4, 2), Int32Array.of(0, 1)),
      /^\[TupleDataset\] dataset lengths differ: 4, 2$/,
    ],
    [
      'setup was forgotten',
      () => new training.StandardUpdater(iterator(), new optimizers.SGD()),
      /^\[StandardUpdater\] optimizer 'main' has no target; call optimizer\.setup\(model\) before$/,
    ],
    [
      'arguments in the wrong order',
      () => new training.StandardUpdater(optimizer() as never, iterator() as never),
      /^\[StandardUpdater\] iterator must be an iterator or a record of them, but .* arguments are \(iterator, optimizer, options\)$/,
    ],
    [
      'the model instead of the optimizer',
      () => new training.StandardUpdater(iterator(), new L.Linear(2, 2) as never),
      /^\[StandardUpdater\] optimizer must be an optimizer or a record of them, but .* \(a Linear\) is none/,
    ],
    [
      'a stop trigger without unit',
      () => new training.Trainer(updater(), { stopTrigger: 20 as never }),
      /^\[getTrigger\] expected \[period, unit\], a trigger with a fire method, a function, or null$/,
    ],
    [
      'a unit that does not exist',
      () => new training.Trainer(updater(), { stopTrigger: [20, 'epochs' as 'epoch'] }),
      /^\[IntervalTrigger\] unit must be 'epoch' or 'iteration', got "epochs"$/,
    ],
    [
      'an extension by name',
      () => new training.Trainer(updater()).extend('LogReport' as never),
      /^\[Trainer\.extend\] expected a function or an object with run\(trainer\)$/,
    ],
    [
      'the class of an extension',
      () => new training.Trainer(updater()).extend(extensions.LogReport as never),
      /^\[Trainer\.extend\] LogReport is a class; pass an extension made with it: new LogReport\(…\)$/,
    ],
    [
      'reporting outside of training',
      () => getCurrentReporter(),
      /^\[getCurrentReporter\] no reporter is active; run inside reporter\.scope\(\.\.\.\) or a Trainer$/,
    ],
    [
      'reporting for a link that nobody knows',
      () => new Reporter().scope({}, () => getCurrentReporter().report({ x: 1 }, new L.Linear(1, 1))),
      /^\[Reporter\.report\] this Linear is not registered .* call reporter\.addObserver/,
    ],
    ['an empty batch', () => dataset.concatExamples([]), /^\[concatExamples\] the batch is empty$/],
    [
      'examples of several shapes',
      () => dataset.concatExamples([f32(2), f32(3)]),
      /^\[concatExamples\] example 1 has shape \[3\], the first has \[2\]; pass \{padding: value\}/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });

  it('a loss that became NaN: FailOnNonNumber names the parameter and cures', async () => {
    const diverging = new training.StandardUpdater(iterator(), optimizer({ lr: 1e39 }));
    const trainer = new training.Trainer(diverging, { stopTrigger: [9, 'iteration'], out: folder });
    trainer.extend(new extensions.FailOnNonNumber());
    await expect(trainer.run()).rejects.toThrow(
      /^\[FailOnNonNumber\] parameter \/predictor\/[Wb] of optimizer 'main' became NaN or infinite in iteration \d; go on from a snapshot of an earlier epoch with a lower learning rate, clip gradients \(GradientClipping\), or look for the first NaN with setDebug\(true\)$/,
    );
  });

  it('a trainer that ran already', async () => {
    const trainer = new training.Trainer(updater(), { stopTrigger: [1, 'iteration'], out: folder });
    await trainer.run();
    await expect(trainer.run()).rejects.toThrow(
      /^\[Trainer\.run\] a trainer cannot run twice; make a new one, and load a snapshot into it to go on$/,
    );
  });
});
