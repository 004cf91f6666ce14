import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingHook } from '../core/function-hook.ts';
import { Variable } from '../core/install.ts';
import { relu } from '../functions/activation/relu.ts';
import { exp } from '../functions/math/exponential.ts';
import { sum } from '../functions/math/sum.ts';
import { MemoryHook, PrintHook, TimerHook } from './index.ts';
import { report, Stopwatch } from './stopwatch.ts';

const forwardAndBackward = (x: Variable) => sum(exp(relu(x))).backward();

describe('TimerHook', () => {
  it('records every call, forward and backward', () => {
    const hook = new TimerHook();
    usingHook(hook, () => forwardAndBackward(new Variable(xp.ones([10]))));
    const labels = hook.callHistory.map(([label]) => label);
    expect(labels.filter((label) => ['ReLU', 'exp', 'Sum'].includes(label))).toEqual([
      'ReLU',
      'exp',
      'Sum',
      'Sum',
      'exp',
      'ReLU',
    ]);
    expect(hook.callHistory.every(([, seconds]) => seconds >= 0)).toBe(true);
    expect(hook.summary().exp?.occurrence).toBe(2);
    const outermost = hook.callHistory.filter(([label]) => ['ReLU', 'exp', 'Sum'].includes(label));
    expect(hook.totalTime).toBeCloseTo(
      outermost.reduce((s, [, t]) => s + t, 0),
      9,
    );
  });

  it('prints a table', () => {
    const hook = new TimerHook();
    usingHook(hook, () => relu(xp.ones([10])));
    const lines: string[] = [];
    hook.printReport({ unit: 'ms', print: (line) => lines.push(line) });
    expect(lines[0]).toBe('Function name  Elapsed time  Occurrence');
    expect(lines[1]).toMatch(/^ +ReLU +\d+\.\d\dms +1$/);
    expect(() => hook.printReport({ unit: 'hours' as 'ms' })).toThrow(
      "[printReport] unit must be auto, sec, ms, us, ns, got 'hours'",
    );
  });

  it('says when it is active already', () => {
    const hook = new TimerHook();
    expect(() => usingHook(hook, () => usingHook(new TimerHook(), () => {}))).toThrow(
      "a function hook named 'TimerHook' is active already",
    );
  });
});

describe('Stopwatch', () => {
  it('counts calls inside others once in the total', () => {
    const watch = new Stopwatch();
    watch.start();
    watch.start();
    watch.stop('inner');
    watch.stop('outer');
    const [inner, outer] = watch.history as [readonly [string, number], readonly [string, number]];
    expect([inner[0], outer[0]]).toEqual(['inner', 'outer']);
    expect(watch.total).toBe(outer[1]);
  });

  it('picks units', () => {
    const lines: string[] = [];
    const entry = (elapsedTime: number) => ({ elapsedTime, occurrence: 1 });
    report(
      'name',
      { a: entry(2), b: entry(0.002), c: entry(0.000002), d: entry(2e-9) },
      { print: (line) => lines.push(line.trim().split(/ +/)[1] as string) },
    );
    expect(lines.slice(1)).toEqual(['2.00sec', '2.00ms', '2.00us', '2.00ns']);
  });
});

describe('MemoryHook', () => {
  it('counts bytes that stay', () => {
    const hook = new MemoryHook();
    const x = xp.ones([1000], { device: 'js' });
    const kept = usingHook(hook, () => exp(x));
    expect(hook.callHistory.map(([label, used]) => [label, used])).toEqual([['exp', 4000]]);
    expect(kept.size).toBe(1000);
    const lines: string[] = [];
    hook.printReport({ print: (line) => lines.push(line) });
    expect(lines[1]).toMatch(/exp +3\.91KB +\S+ +1$/);
  });

  it('counts by how much the peak grew', () => {
    const hook = new MemoryHook();
    const x = xp.ones([1000], { device: 'js' });
    xp.memory.resetPeak('js');
    usingHook(hook, () => exp(x));
    expect(hook.callHistory).toEqual([['exp', 4000, 4000]]);
  });

  it('sees backward passes', () => {
    const hook = new MemoryHook();
    usingHook(hook, () => forwardAndBackward(new Variable(xp.ones([10], { device: 'js' }))));
    expect(hook.summary().exp?.occurrence).toBe(2);
  });
});

describe('PrintHook', () => {
  it('prints what goes into functions', () => {
    let text = '';
    usingHook(
      new PrintHook({
        write: (t) => {
          text += t;
        },
      }),
      () => exp(new Variable(xp.array([0, 1], { device: 'js' }))),
    );
    expect(text).toBe('function\texp\ninput data\nfloat32[2] on js\n[0. 1.]\n');
  });

  it('prints output gradients before backward', () => {
    const y = exp(new Variable(xp.array([0], { device: 'js' })));
    y.grad = xp.array([3], { device: 'js' });
    let text = '';
    usingHook(
      new PrintHook({
        sep: ' ',
        write: (t) => {
          text += t;
        },
      }),
      () => y.backward(),
    );
    expect(text.split('\n')).toContain('output gradient');
    expect(text.split('\n')).toContain('float32[1] on js [3.]');
  });
});
