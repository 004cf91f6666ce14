import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseFiles, readGroup } from './files.ts';
import type { Json, JsonObject } from './json.ts';
import type { Outcome } from './outcome.ts';
import { fakeApi } from './testing/fake-api.ts';
import { type Arrays, npz } from './testing/npz-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const vector = (...values: number[]): readonly [string, number[], Float64Array] => [
  'float64',
  [values.length],
  Float64Array.from(values),
];

const arrays: Arrays = {
  x: vector(1, -2, 3),
  squares: vector(1, 4, 9),
  minusSquares: vector(-1, -4, -9),
  cubes: vector(1, -8, 27),
  gy: vector(1, 10, 100),
  gx: vector(2, -40, 600), // 2·x·gy
  ggx: vector(1, 1, 2),
  dgx: vector(2, 20, 400), // 2·gy·ggx
  dggy: vector(2, -4, 12), // 2·x·ggx
  gx2: vector(5, 80, 3300), // (2x + 3x²)·gy
  negated: vector(-1, 2, -3),
  infinities: vector(Number.POSITIVE_INFINITY, 1, 1),
  ints: ['int32', [3], Int32Array.of(1, 2, 3)],
  longs: ['int64', [3], BigInt64Array.of(1n, 2n, 3n)],
  two: ['int64', [], BigInt64Array.of(2n)],
  halves: ['float16', [1], Uint16Array.of(0x3c00)],
  element: ['float64', [], Float64Array.of(-2)],
  assigned: vector(7, -2, 3),
};

/** Writes a case file and runs it: the outcomes by id. */
async function outcomes(file: JsonObject, cases: readonly JsonObject[]): Promise<Record<string, Outcome>> {
  const path = join(folder, 'group.json');
  writeFileSync(path, JSON.stringify({ group: 'group', ...file, cases }));
  writeFileSync(join(folder, 'group.npz'), npz(arrays));
  const results: Record<string, Outcome> = {};
  for (const item of readGroup(path).cases) results[item.id] = await item.run(fakeApi);
  return results;
}

const passed: Outcome = { status: 'passed' };
const failed = (reason: RegExp): Outcome => ({
  status: 'failed',
  reason: expect.stringMatching(reason) as string,
});
const unsupported = (reason: RegExp): Outcome => ({
  status: 'unsupported',
  reason: expect.stringMatching(reason) as string,
});

const square: JsonObject = {
  fn: 'square',
  args: [{ array: 'x' }],
  options: {},
  config: {},
  rtol: 0,
  atol: 0,
};
const gradient: JsonObject = { ...square, outputs: ['squares'], backward: { gy: ['gy'], gx: { x: 'gx' } } };
const first = async (content: JsonObject): Promise<Outcome | undefined> =>
  (await outcomes({ suite: 'functions' }, [{ id: 'only', ...content }])).only;

describe('functions', () => {
  it('compares outputs', async () => {
    expect(await first({ ...square, outputs: ['squares'] })).toEqual(passed);
    expect(await first({ ...square, outputs: ['cubes'] })).toEqual(
      failed(/output 0: got 4, expected -8 at \[1\]/),
    );
    expect(await first({ ...square, outputs: ['cubes'], atol: 18 })).toEqual(passed);
    expect(await first({ ...square, outputs: ['squares', 'cubes'] })).toEqual(
      failed(/1 results, expected 2/),
    );
    expect(await first({ ...square, outputs: ['ints'] })).toEqual(
      failed(/got float64\[3\], expected int32\[3\]/),
    );
    expect(await first({ ...square, outputs: [null] })).toEqual(passed);
  });

  it('flattens nested results, passes options, holds the configuration', async () => {
    expect(await first({ ...square, fn: 'square_and_cube', outputs: ['squares', 'cubes'] })).toEqual(passed);
    expect(await first({ ...square, options: { negative: true }, outputs: ['minusSquares'] })).toEqual(
      passed,
    );
    const config = { ...square, fn: 'only_in_training', config: { train: false } };
    expect(await first({ ...config, outputs: ['x'] })).toEqual(passed);
    expect(await first({ ...config, outputs: ['squares'] })).toEqual(failed(/output 0/));
  });

  it('compares gradients, of one output and of several', async () => {
    expect(await first(gradient)).toEqual(passed);
    expect(await first({ ...gradient, backward: { gy: ['gy'], gx: { x: 'gy' } } })).toEqual(
      failed(/gradient of x/),
    );
    expect(await first({ ...gradient, fn: 'wrong_gradient' })).toEqual(failed(/gradient of x/));
    const several = { ...square, fn: 'square_and_cube', outputs: ['squares', 'cubes'] };
    expect(await first({ ...several, backward: { gy: ['gy', 'gy'], gx: { x: 'gx2' } } })).toEqual(passed);
    expect(await first({ ...several, backward: { gy: ['gy', null], gx: { x: 'gx' } } })).toEqual(passed);
    expect(await first({ ...several, backward: { gy: ['gy', null], gx: { x: 'gx2' } } })).toEqual(
      failed(/gradient/),
    );
  });

  it('compares gradients of the gradient', async () => {
    const double = (dgx: Json, dggy: Json): JsonObject => ({
      ...gradient,
      double: { ggx: { x: 'ggx' }, gx: { x: dgx }, ggy: [dggy] },
    });
    expect(await first(double('dgx', 'dggy'))).toEqual(passed);
    expect(await first(double(null, null))).toEqual(passed);
    expect(await first(double('gx', 'dggy'))).toEqual(failed(/second gradient of x/));
    expect(await first(double('dgx', 'gx'))).toEqual(failed(/second gradient of gy 0/));
  });

  it('tells failed from unsupported', async () => {
    expect(await first({ ...square, fn: 'no_such_thing', outputs: ['squares'] })).toEqual(
      unsupported(/noSuchThing/),
    );
    expect(await first({ ...square, fn: 'breaks', outputs: ['squares'] })).toEqual(
      failed(/Error: broken inside/),
    );
    expect(await first({ ...square, args: [{ array: 'halves' }], outputs: ['squares'] })).toEqual(
      unsupported(/device fake has no float16/),
    );
    expect(await first({ ...square, config: { dtype: 'float16' }, outputs: ['squares'] })).toEqual(
      unsupported(/no float16/),
    );
  });

  it('wants errors of the class InvalidType, with a message that names the function', async () => {
    const raises = { ...square, args: [{ array: 'ints' }], raises: 'InvalidType' };
    expect(await first(raises)).toEqual(passed);
    expect(await first({ ...raises, raises: 'ValueError' })).toEqual(passed);
    expect(await first({ ...raises, fn: 'breaks', raises: 'ValueError' })).toEqual(
      failed(/does not name breaks/),
    );
    expect(await first({ ...raises, fn: 'breaks' })).toEqual(failed(/threw Error, expected InvalidType/));
    expect(await first({ ...raises, args: [{ array: 'x' }] })).toEqual(failed(/nothing was thrown/));
    expect(await first({ ...raises, fn: 'gone' })).toEqual(unsupported(/gone/));
  });
});

describe('a case file', () => {
  it('with an unknown key anywhere does not pass', async () => {
    const good = { ...square, outputs: ['squares'] };
    expect(await first({ ...good, fuzz: 1 })).toEqual(failed(/unknown key fuzz in the case/));
    expect(await first({ ...gradient, backward: { gy: ['gy'], gx: { x: 'gx' }, gz: [] } })).toEqual(
      failed(/unknown key gz in backward/),
    );
    expect(await first({ ...good, args: [{ array: 'x', order: 'F' }] })).toEqual(failed(/no such value/));
    expect(await first({ ...good, args: [{ tensor: 'x' }] })).toEqual(failed(/no such value/));
    expect((await outcomes({ suite: 'functions', fuzz: 1 }, [{ id: 'only', ...good }])).only).toEqual(
      failed(/unknown key fuzz in the file/),
    );
    expect((await outcomes({ suite: 'novelties' }, [{ id: 'only', ...good }])).only).toEqual(
      failed(/novelties/),
    );
  });

  it('that names arrays it has not, checks nothing, or is no case file, fails', async () => {
    expect(await first({ ...square, outputs: ['nowhere'] })).toEqual(failed(/no array nowhere/));
    expect(await first(square)).toEqual(failed(/outputs/));
    const path = join(folder, 'broken.json');
    for (const text of ['{', '[]', '{"suite": "xp"}', '{"suite": "xp", "cases": []}']) {
      writeFileSync(path, text);
      const { cases } = readGroup(path);
      expect(cases).toHaveLength(1);
      expect(await cases[0]?.run(fakeApi)).toEqual(failed(/./));
    }
    rmSync(path);
  });

  it('counts every case once, also those without an id', async () => {
    writeFileSync(join(folder, 'group.json'), JSON.stringify({ suite: 'xp', cases: [{}, 3, { id: 'a' }] }));
    const { name, cases } = readGroup(join(folder, 'group.json'));
    expect([name, cases.length]).toEqual(['xp/group', 3]);
    for (const item of cases) expect((await item.run(fakeApi)).status).toBe('failed');
  });

  it('is found at any depth', () => {
    expect(caseFiles(folder)).toContain(join(folder, 'group.json'));
    expect(caseFiles(join(folder, 'group.json'))).toEqual([join(folder, 'group.json')]);
  });
});

describe('xp', () => {
  const one = async (content: JsonObject): Promise<Outcome | undefined> =>
    (await outcomes({ suite: 'xp' }, [{ id: 'only', rtol: 0, atol: 0, ...content }])).only;
  const x = { args: [{ array: 'x' }] };

  it('calls functions, methods, properties and indices', async () => {
    expect(await one({ fn: 'negative', ...x, outputs: ['negated'] })).toEqual(passed);
    expect(await one({ fn: 'add.outer', ...x, outputs: ['x'] })).toEqual(passed);
    expect(await one({ fn: 'add.inner', ...x, outputs: ['x'] })).toEqual(unsupported(/add\.inner/));
    expect(await one({ fn: 'scipy.special.erf', ...x, outputs: ['x'] })).toEqual(unsupported(/cupyx\.scipy/));
    expect(await one({ method: 'transpose_it', ...x, outputs: ['x'] })).toEqual(unsupported(/transposeIt/));
    expect(await one({ ...x, index: [1], outputs: ['element'] })).toEqual(passed);
    expect(await one({ ...x, index: [0], outputs: ['element'] })).toEqual(failed(/got 1, expected -2/));
    expect(await one({ ...x, index: [5], raises: 'IndexError' })).toEqual(passed);
    expect(await one({ ...x, index: [1], raises: 'IndexError' })).toEqual(failed(/nothing was thrown/));
    expect(await one({ ...x, set: { index: [0], value: 7, result: 'assigned' } })).toEqual(passed);
    expect(await one({ ...x, set: { index: [1], value: 7, result: 'assigned' } })).toEqual(
      failed(/the array/),
    );
    expect(await one({ attr: 'ndim', ...x, value: 1 })).toEqual(passed);
    expect(await one({ attr: 'ndim', ...x, value: 2 })).toEqual(failed(/got 1, expected 2/));
    expect(await one({ fn: 'describe_it', ...x, value: 'an array of float64' })).toEqual(passed);
    expect(await one({ fn: 'describe_it', ...x, value: 'a list' })).toEqual(failed(/expected "a list"/));
    expect(await one({ fn: 'negative', ...x })).toEqual(failed(/nothing to check/));
  });

  it('takes int32 for an index where no input is a 64-bit integer', async () => {
    expect(await one({ fn: 'argmax_of', ...x, outputs: ['two'] })).toEqual(passed);
    expect(await one({ fn: 'argmax_of', args: [{ array: 'longs' }], outputs: ['two'] })).toEqual(
      failed(/got int32\[\], expected int64\[\]/),
    );
  });

  it('meets infinities exactly', async () => {
    expect(await one({ fn: 'negative', ...x, outputs: ['infinities'], rtol: 1, atol: 9 })).toEqual(
      failed(/got -1, expected Infinity/),
    );
  });
});
