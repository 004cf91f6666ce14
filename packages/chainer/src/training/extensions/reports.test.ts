import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reporter } from '../../reporter/index.ts';
import { DictionarySerializer, NpzDeserializer } from '../../serializers/index.ts';
import { EarlyStoppingTrigger, IntervalTrigger, OnceTrigger, TimeTrigger } from '../triggers/index.ts';
import type { Extension, TrainerLike, Trigger, Updater } from '../types.ts';
import { formatGeneral } from './format-general.ts';
import { formatName } from './format-name.ts';
import { fromJson, toJson } from './log-json.ts';
import { LogReport } from './log-report.ts';
import { observeLr } from './observe.ts';
import { PlotReport } from './plot-report.ts';
import { PrintReport } from './print-report.ts';
import { duration, ProgressBar } from './progress-bar.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-reports-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A trainer that stands at one iteration, of ten in an epoch. */
function at(
  iteration: number,
  observation: Record<string, unknown> = {},
  extensions: Record<string, Extension> = {},
  elapsedTime = 0,
): TrainerLike {
  const updater = {
    iteration,
    epoch: Math.floor(iteration / 10),
    epochDetail: iteration / 10,
    previousEpochDetail: (iteration - 1) / 10,
    isNewEpoch: iteration % 10 === 0,
    getOptimizer: () => ({ momentum: 0.9 }),
  } as unknown as Updater;
  const stopTrigger = new IntervalTrigger(2, 'epoch');
  return {
    updater,
    observation,
    out: folder,
    reporter: new Reporter(),
    elapsedTime,
    stopTrigger,
    getExtension: (name) => extensions[name] as Extension,
    settle: async () => {},
    serialize: () => {},
  };
}

class Page {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** What comes back from being saved. */
function carried<T extends Trigger | Extension>(from: T, to: T): T {
  const writer = new DictionarySerializer();
  from.serialize?.(writer);
  to.serialize?.(new NpzDeserializer(writer.target));
  return to;
}

describe('LogReport', () => {
  test('means since the last entry, of numbers and arrays, of the keys that were asked for', async () => {
    const report = new LogReport({
      keys: ['a', 'b'],
      trigger: [2, 'iteration'],
      filename: 'log_{iteration}',
      postprocess: (entry) => {
        entry.double = 2 * (entry.a as number);
      },
    });
    await report.run(at(1, { a: 1, b: array(4).reshape([]), c: 9 }));
    await report.run(at(2, { a: 3, c: 9 }, {}, 1.5));
    const entry = { a: 2, b: 4, epoch: 0, iteration: 2, elapsed_time: 1.5, double: 4 };
    expect(report.log).toEqual([entry]);
    expect(JSON.parse(await readFile(join(folder, 'log_2'), 'utf8'))).toEqual([entry]);
  });

  test('an interrupted interval goes on after resuming', async () => {
    const before = new LogReport({ trigger: [2, 'iteration'], filename: null });
    await before.run(at(1, { a: 1 }));
    await before.run(at(2, { a: Number.NaN }));
    await before.run(at(3, { a: 5 }));
    const after = carried(before, new LogReport({ trigger: [2, 'iteration'], filename: null }));
    await after.run(at(4, { a: 7 }));
    expect(after.log.map(({ a, iteration }) => [a, iteration])).toEqual([
      [Number.NaN, 2],
      [6, 4],
    ]);
  });

  test("JSON holds NaN and infinities by Python's names, in numbers only", () => {
    const value = [{ a: Number.NaN, b: -Infinity, 'text NaN': 'NaN, "Infinity"', c: [Infinity, 1.5] }];
    expect(toJson(value)).toBe(
      '[{"a":NaN,"b":-Infinity,"text NaN":"NaN, \\"Infinity\\"","c":[Infinity,1.5]}]',
    );
    expect(fromJson(toJson(value, 4))).toEqual(value);
  });
});

describe('PrintReport', () => {
  test('a column is as wide as its name, numbers have six digits, what is missing is blank', async () => {
    const log = new LogReport({ trigger: [1, 'iteration'], filename: null });
    const page = new Page(false);
    const print = new PrintReport(['epoch', 'validation/main/loss', 'x'], { out: page });
    const trainer = at(10, { 'validation/main/loss': 0.12345678, y: 1 }, { LogReport: log });
    await log.run(trainer);
    await print.run(trainer);
    await print.run(trainer);
    expect(page.text).toBe(
      `epoch       validation/main/loss  x         \n1           0.123457              ${' '.repeat(10)}\n`,
    );
  });

  test('a terminal is cleared of the progress bar first; a log that is none is refused', async () => {
    const page = new Page(true);
    const own = new LogReport({ trigger: [1, 'iteration'], filename: null });
    await new PrintReport(['epoch'], { out: page, logReport: own }).run(at(1));
    expect(page.text).toBe('\x1b[Jepoch     \n0         \n');
    expect(() => new PrintReport([], { logReport: 'x' }).initialize(at(1))).toThrow(
      "[PrintReport] extension 'x' is no LogReport",
    );
  });

  test('numbers as C prints them with %g', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [1, '1'],
      [100000, '100000'],
      [1000000, '1e+06'],
      [123456.7, '123457'],
      [0.0001, '0.0001'],
      [0.00001234, '1.234e-05'],
      [0.5, '0.5'],
      [-2.5e-10, '-2.5e-10'],
      [999999.5, '1e+06'],
      [Number.NaN, 'nan'],
      [-Infinity, '-inf'],
    ];
    for (const [value, text] of cases) expect(formatGeneral(value)).toBe(text);
  });
});

describe('ProgressBar', () => {
  test('a terminal shows two bars, the speed and the time left, and the cursor goes back', async () => {
    const page = new Page(true);
    const bar = new ProgressBar({ updateInterval: 1, barLength: 10, out: page });
    bar.initialize(at(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    bar.run(at(5));
    const [total, epoch, count, speed, back] = page.text.split('\n');
    expect([total, epoch]).toEqual([
      '\x1b[J     total [##........]  25.00%',
      'this epoch [#####.....]  50.00%',
    ]);
    expect(count).toBe('         5 iter, 0 epoch / 2 epochs');
    expect(speed).toMatch(/^\d+(\.\d+)? iters\/sec\. Estimated time to finish: \d:\d\d:\d\d\.$/);
    expect(back).toBe('\x1b[4A');
    bar.finalize();
    expect(page.text.endsWith('\x1b[4A\x1b[J')).toBe(true);
  });

  test('elsewhere a plain line comes every few seconds', () => {
    const page = new Page(false);
    const bar = new ProgressBar({ updateInterval: 2, out: page, trainingLength: [20, 'iteration'] });
    bar.initialize(at(0));
    for (const i of [1, 2, 3, 4]) bar.run(at(i));
    bar.finalize();
    expect(page.text).toMatch(
      /^epoch 0\.20, iteration 2 \(10\.0 %\): [\d.]+ iters\/sec(, \d+:\d\d:\d\d left)?\n$/,
    );
  });

  test('durations', () => {
    expect([0, 59.6, 3661, 90000, 200000].map(duration)).toEqual([
      '0:00:00',
      '0:01:00',
      '1:01:01',
      '1 day, 1:00:00',
      '2 days, 7:33:20',
    ]);
  });
});

describe('other extensions and triggers', () => {
  test('PlotReport refuses a format it cannot write', () => {
    expect(() => new PlotReport('a', { filename: 'a.jpg' })).toThrow(
      'filename must end in .png or .svg, got "a.jpg"',
    );
  });

  test('observeLr says when there is no learning rate', () => {
    expect(() => observeLr()(at(1))).toThrow("[observeLr] optimizer 'main' has no learning rate");
  });

  test('file names take attributes in either language, and refuse what is not there', () => {
    expect(formatName('f', 'a_{.updater.epoch_detail}_{elapsedTime}', at(5, {}, {}, 2))).toBe('a_0.5_2');
    expect(() => formatName('f', '{.updater.nothing}', at(5))).toThrow(
      '[f] file name "{.updater.nothing}": there is no value for {.updater.nothing}',
    );
  });

  test('OnceTrigger stays done after resuming, unless it is to be called then', () => {
    const done = new OnceTrigger();
    expect([done.fire(at(1)), done.finished]).toEqual([true, true]);
    expect(carried(done, new OnceTrigger()).finished).toBe(true);
    expect(carried(done, new OnceTrigger({ callOnResume: true })).fire(at(1))).toBe(true);
  });

  test('TimeTrigger fires once for every period that is over', () => {
    const trigger = new TimeTrigger(10);
    const fires = [5, 10.5, 11, 35, 39, 41].map((time) => trigger.fire(at(1, {}, {}, time)));
    expect(fires).toEqual([false, true, false, true, false, true]);
    expect(carried(trigger, new TimeTrigger(10)).fire(at(1, {}, {}, 42))).toBe(false);
  });

  test('EarlyStoppingTrigger remembers its count after resuming', async () => {
    const make = () =>
      new EarlyStoppingTrigger({ monitor: 'v', patience: 2, checkTrigger: [1, 'iteration'] });
    const before = make();
    expect([await before.fire(at(1, { v: 1 })), await before.fire(at(2, { v: 2 }))]).toEqual([false, false]);
    expect(await carried(before, make()).fire(at(3, { v: 3 }))).toBe(true);
    expect(await make().fire(at(3, { v: 3 }))).toBe(false);
    expect(() => new EarlyStoppingTrigger({ mode: 'best' as never })).toThrow(
      "mode must be 'auto', 'max' or 'min'",
    );
  });
});
