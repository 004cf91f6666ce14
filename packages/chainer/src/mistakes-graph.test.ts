// What users do wrong with gradients, debug mode, configuration and devices, and what they are told.

import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functions as F, grad, noBackpropMode, setDebug, usingConfig, Variable } from './index.ts';

/** What is done, and what the message says. */
type Mistake = readonly [what: string, mistake: () => unknown, message: RegExp];

let before: ReturnType<typeof xp.setDefaultDevice>;
beforeAll(() => {
  before = xp.setDefaultDevice('js');
});
afterAll(() => {
  xp.setDefaultDevice(before);
});

const f32 = (...shape: number[]) => xp.ones(shape, { device: 'js' });
const f64 = (...shape: number[]) => xp.ones(shape, { device: 'js', dtype: 'float64' });
const i32 = (list: number[]) => xp.array(list, { device: 'js', dtype: 'int32' });
const v = (...shape: number[]) => new Variable(f32(...shape));

describe('gradients', () => {
  it.each<Mistake>([
    [
      'from more than one element',
      () => F.mul(v(3), 2).backward(),
      /^\[backward\] a variable of more than one element \(float32\[3\]\) needs a gradient to start from: set y\.grad, or reduce it to a scalar$/,
    ],
    [
      'of another shape',
      () => {
        v(3).grad = f32(4);
      },
      /^\[Variable\.grad\] shape of data and grad mismatch: float32\[3\] != float32\[4\]$/,
    ],
    [
      'of another dtype',
      () => {
        v(3).grad = f64(3);
      },
      /^\[Variable\.grad\] dtype of data and grad mismatch: float32 != float64$/,
    ],
    [
      'of a variable instead of a list',
      () => grad(v(1) as never, v(1) as never),
      /^\[grad\] outputs and inputs must be lists of variables: grad\(\[y\], \[x\]\)$/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
  });

  it('a second walk through a graph that the first one released', () => {
    const y = F.sum(F.exp(v(3)));
    y.backward();
    expect(() => y.backward()).toThrow(
      /^\[backward\] the graph through 'Sum' was already used and released by backward\(\); pass \{retainGraph: true\} the first time, or cut it with unchainBackward\(\)$/,
    );
  });

  it('a second walk through a part that two losses share', () => {
    const h = F.exp(v(3));
    F.sum(h).backward();
    expect(() => F.sum(F.mul(h, 2)).backward()).toThrow(/through 'exp' was already used/i);
  });

  it('of what was computed without a graph: there are none', () => {
    const x = v(1);
    noBackpropMode(() => F.mul(x, 2)).backward();
    expect(x.grad).toBeNull();
  });
});

describe('debug mode', () => {
  it('names the function that made a NaN', () => {
    const x = new Variable(xp.array([-1], { device: 'js' }));
    expect(() => usingConfig('debug', true, () => F.log(x))).toThrow(
      /^NaN is detected on forward computation of log \(float32\[1\]\)/,
    );
    expect(F.log(x).itemSync()).toBeNaN();
  });

  it('names the function whose gradient is a NaN, and the place where it was applied', () => {
    const x = new Variable(xp.array([0], { device: 'js' }));
    function placeOfTheSquareRoot(): Variable {
      return F.sqrt(x);
    }
    const walk = () =>
      usingConfig('debug', true, () => {
        const y = placeOfTheSquareRoot();
        y.grad = xp.array([0], { device: 'js' });
        y.backward();
      });
    expect(walk).toThrow(/NaN is detected on (forward|backward) computation of sqrt(Grad)? /);
    expect(walk).toThrow(/\[sqrt\] was applied here(.|\n)*placeOfTheSquareRoot/i);
  });

  it('is switched by setDebug', () => {
    setDebug(true);
    try {
      expect(() => F.log(new Variable(xp.array([-1], { device: 'js' })))).toThrow('NaN is detected');
    } finally {
      setDebug(false);
    }
  });

  it.each<Mistake>([
    [
      'labels',
      () => F.softmaxCrossEntropy(f32(2, 3), i32([1, 3])),
      /^\[softmaxCrossEntropy\] label 3 is out of range for 3 classes \(ignoreLabel is -1\)$/,
    ],
    ['ids', () => F.embedId(i32([0, 5]), f32(3, 2)), /^\[embedId\] id 5 is out of range for 3 rows of W$/],
  ])('finds %s that are out of range', (_, mistake, message) => {
    expect(() => usingConfig('debug', true, mistake)).toThrow(message);
  });
});

describe.each(xp.devices().filter((d) => d.synchronous))('without debug mode, on $name', (device) => {
  const on = (x: xp.NdArray) => x.to(device.name);
  it('ids that are out of range', () => {
    const ids = (...values: number[]) => F.embedId(on(i32(values)), on(f32(3, 2)));
    expect(() => ids(0, 5)).toThrow(/^\[embedId\] id 5 is out of range for 3 rows of W$/);
    expect(() => ids(0, 5)).toThrow(xp.IndexError);
    expect(() => F.embedId(on(i32([-9, 7])), on(f32(3, 2)), { ignoreLabel: -9 })).toThrow(
      /^\[embedId\] id 7 is out of range for 3 rows of W$/,
    );
  });

  it.each([3, -2, 1000])('label %i of 3 classes', (label) => {
    const [scores, labels] = [on(f32(2, 3)), on(i32([1, label]))];
    expect(() => F.softmaxCrossEntropy(scores, labels)).toThrow(
      `[softmaxCrossEntropy] label ${label} is out of range for 3 classes (ignoreLabel is -1)`,
    );
    expect(() => F.softmaxCrossEntropy(scores, labels, { reduce: 'no' })).toThrow(`label ${label}`);
    const weight = on(f32(3));
    expect(() => F.softmaxCrossEntropy(scores, labels, { classWeight: weight })).toThrow(`label ${label}`);
  });
});

describe('options where a bias stands', () => {
  const [x, W] = [f32(1, 2, 5, 5), f32(2, 2, 3, 3)];
  const options = { stride: 2 } as never;
  it.each<[string, () => unknown]>([
    ['linear', () => F.linear(f32(1, 2), f32(3, 2), options)],
    ['convolution2d', () => F.convolution2d(x, W, options)],
    ['deconvolution2d', () => F.deconvolution2d(x, W, options)],
    ['localConvolution2d', () => F.localConvolution2d(x, f32(1, 2, 2, 2, 3, 3), options)],
  ])('%s', (name, call) => {
    expect(call).toThrow(
      `[${name}] b must be a Variable, an NdArray or null, got a Object; options stand after it: ${name}(x, W, null, {...})`,
    );
  });
});

describe('configuration', () => {
  it('a key that does not exist', () => {
    expect(() => usingConfig('training' as 'train', true, () => 1)).toThrow(
      /^\[usingConfig\] unknown key 'training'; keys are train, enableBackprop, /,
    );
  });
});

describe.runIf(xp.devices().some((d) => d.name === 'cpu'))('arrays of two devices', () => {
  const there = (...shape: number[]) => xp.ones(shape, { device: 'cpu' });
  it.each<Mistake>([
    [
      'add',
      () => F.add(v(2), there(2)),
      /^\[_ \+ _\] arrays on js and cpu cannot be mixed; move one with x\.to\("js"\)$|^\[add\] arrays on js and cpu cannot be mixed/,
    ],
    [
      'linear',
      () => F.linear(there(2, 2), v(2, 2)),
      /^\[LinearFunction\] arrays on cpu and js cannot be mixed; move one with x\.to\("cpu"\)$/,
    ],
    [
      'convolution2d',
      () => F.convolution2d(there(1, 1, 3, 3), v(1, 1, 3, 3)),
      /^\[Convolution2DFunction\] arrays on cpu and js/,
    ],
    ['matmul', () => F.matmul(there(2, 2), v(2, 2)), /^\[MatMul\] arrays on cpu and js/],
    [
      'softmaxCrossEntropy',
      () => F.softmaxCrossEntropy(v(2, 3), xp.array([0, 1], { dtype: 'int32', device: 'cpu' })),
      /^\[SoftmaxCrossEntropy\] arrays on js and cpu/,
    ],
    ['concat', () => F.concat([there(2, 2), v(2, 2)]), /^\[Concat\] arrays on cpu and js/],
    [
      'upsampling2d',
      () => F.upsampling2d(v(1, 1, 2, 2), there(1, 1, 2, 2).astype('int32'), 2),
      /^\[upsampling2d\] arrays on js and cpu/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(message);
    expect(mistake).toThrow(xp.DeviceError);
  });

  it('a gradient', () => {
    expect(() => {
      v(2).grad = there(2);
    }).toThrow(/^\[Variable\.grad\] device of data and grad mismatch: js != cpu$/);
  });
});
