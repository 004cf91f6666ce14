import { describe, expect, it } from 'vitest';
import { splitDatasetRandom } from '../datasets/sub-dataset.ts';
import { transpose } from '../functions/array/transpose.ts';
import { distributions as D, functions as F, grad, gradientCheck, Variable, xp } from '../index.ts';
import { Zero } from '../initializers/constant.ts';
import { HeNormal } from '../initializers/he-normal.ts';
import { SerialIterator } from '../iterators/serial-iterator.ts';
import { Convolution2D } from '../links/connection/convolution2d.ts';
import { EmbedID } from '../links/connection/embed-id.ts';
import { Linear } from '../links/connection/linear.ts';
import { NStepLSTM } from '../links/rnn/n-step-lstm.ts';
import { GradientLARS } from '../optimizerHooks/gradient-lars.ts';
import { SGD } from '../optimizers/sgd.ts';
import { LogReport } from '../training/extensions/log-report.ts';
import { ExponentialShift } from '../training/extensions/shifts.ts';
import { snapshot } from '../training/extensions/snapshot.ts';
import { StandardUpdater } from '../training/updaters/standard-updater.ts';
import { checkOptions } from './check-options.ts';
import { usingConfig } from './config.ts';

describe('checkOptions', () => {
  const check = (options: { stride?: number; coverAll?: boolean }) => () =>
    checkOptions('f', options, ['stride', 'coverAll']);

  it('accepts known names', () => {
    expect(check({ stride: 1 })).not.toThrow();
    expect(check({})).not.toThrow();
  });

  it('names what is unknown and the nearest that is known', () => {
    expect(check({ strides: 1 } as object)).toThrow(
      "[f] unknown option 'strides'; did you mean 'stride'? options are stride, coverAll",
    );
    expect(check({ coverall: true } as object)).toThrow("did you mean 'coverAll'?");
    expect(check({ groups: 2 } as object)).toThrow(
      "[f] unknown option 'groups'; options are stride, coverAll",
    );
  });

  it('refuses a list', () => {
    expect(check([1, 0] as object)).toThrow(
      '[f] options must be a record { stride, coverAll }, got a JavaScript array',
    );
  });

  it('refuses a number', () => {
    expect(check(5 as never)).toThrow('[f] options must be a record { stride, coverAll }, got 5');
  });

  it('refuses an array where options stand', () => {
    expect(() => F.softmax(xp.ones([2, 3]), xp.ones([2]) as object)).toThrow(
      '[softmax] options must be a record { axis }, got a NdArray',
    );
  });

  it('says nothing without type checks', () => {
    expect(() => usingConfig('typeCheck', false, check({ strides: 1 } as object))).not.toThrow();
  });

  it('stands before functions and links', () => {
    expect(() => transpose(xp.ones([2, 3]), [1, 0] as object)).toThrow(
      '[transpose] options must be a record',
    );
    expect(() => new Linear(2, 3, { noBias: true } as object)).toThrow("did you mean 'nobias'?");
    expect(() => new Convolution2D(3, 8, 3, { strid: 2 } as object)).toThrow(
      "[Convolution2D] unknown option 'strid'; did you mean 'stride'?",
    );
  });

  it('stands before every function that takes options', () => {
    const x = xp.ones([2, 3]);
    const take = F as unknown as Record<string, (...args: unknown[]) => unknown>;
    const calls: Record<string, unknown[]> = {
      softmax: [x],
      sum: [x],
      concat: [[x, x]],
      dropout: [x],
      maxPooling2d: [x, 2],
      convolution2d: [x, x, null],
      softmaxCrossEntropy: [x, x],
      batchNormalization: [x, x, x],
      embedId: [x, x],
      matmul: [x, x],
    };
    for (const [name, args] of Object.entries(calls))
      expect(() => take[name]?.(...args, { axes_: 1 })).toThrow(`[${name}] unknown option 'axes_'`);
  });

  it.each<[string, () => unknown]>([
    [
      "[EmbedID] unknown option 'ignorelabel'; did you mean 'ignoreLabel'?",
      () => new EmbedID(2, 2, { ignorelabel: 1 } as object),
    ],
    [
      "[NStepLSTM] unknown option 'initialw'; did you mean 'initialW'?",
      () => new NStepLSTM(1, 2, 2, 0, { initialw: 1 } as object),
    ],
    [
      "[HeNormal] unknown option 'fan_option'; did you mean 'fanOption'?",
      () => new HeNormal({ fan_option: 'fan_in' } as object),
    ],
    ["[Zero] unknown option 'dtyp'; did you mean 'dtype'?", () => new Zero({ dtyp: 'float16' } as object)],
    [
      "[GradientLARS] unknown option 'treshold'; did you mean 'threshold'?",
      () => new GradientLARS({ treshold: 1 } as object),
    ],
    [
      "[SGD.addHook] unknown option 'nam'; did you mean 'name'?",
      () => new SGD().setup(new Linear(1, 1)).addHook(() => {}, { nam: 'x' } as object),
    ],
    [
      "[SGD.lossScaling] unknown option 'scales'; did you mean 'scale'?",
      () => new SGD().lossScaling({ scales: 2 } as object),
    ],
    [
      "[SerialIterator] unknown option 'shufle'; did you mean 'shuffle'?",
      () => new SerialIterator([1], 1, { shufle: false } as object),
    ],
    [
      "[splitDatasetRandom] unknown option 'sed'; did you mean 'seed'?",
      () => splitDatasetRandom([1, 2], 1, { sed: 1 } as object),
    ],
    [
      "[LogReport] unknown option 'triger'; did you mean 'trigger'?",
      () => new LogReport({ triger: null } as object),
    ],
    [
      "[ExponentialShift] unknown option 'initial'; options are init, target, optimizer",
      () => new ExponentialShift('lr', 0.5, { initial: 1 } as object),
    ],
    [
      "[snapshot] unknown option 'nretains'; did you mean 'nRetains'?",
      () => snapshot({ nretains: 1 } as object),
    ],
    [
      "[StandardUpdater] unknown option 'lossfunc'; did you mean 'lossFunc'?",
      () =>
        new StandardUpdater(new SerialIterator([1], 1), new SGD().setup(new Linear(1, 1)), {
          lossfunc: null,
        } as object),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  it('stands before distributions, gradients and gradient checks', () => {
    const x = xp.array([0.5]);
    const wrong = { zz: 1 } as object;
    const v = new Variable(x);
    const calls: Record<string, () => unknown> = {
      Bernoulli: () => new D.Bernoulli(x, null, wrong),
      Categorical: () => new D.Categorical(x, wrong),
      Independent: () => new D.Independent(new D.Normal(x, x), wrong),
      MultivariateNormal: () => new D.MultivariateNormal(x, wrong as { scaleTril: xp.NdArray }),
      Normal: () => new D.Normal(x, x, wrong),
      Uniform: () => new D.Uniform({ low: x, high: x, ...wrong }),
      Variable: () => new Variable(x, wrong),
      backward: () => F.sum(v).backward(wrong),
      grad: () => grad([F.sum(v)], [v], wrong),
      namedparams: () => [...new Linear(2, 3).params(wrong)],
      checkBackward: () => gradientCheck.checkBackward(F.tanh, x, x, wrong),
    };
    for (const [name, call] of Object.entries(calls)) expect(call).toThrow(`[${name}] unknown option 'zz'`);
  });
});
