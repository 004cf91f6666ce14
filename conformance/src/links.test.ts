import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGroup } from './files.ts';
import type { JsonObject } from './json.ts';
import type { Outcome } from './outcome.ts';
import { fakeApi } from './testing/fake-api.ts';
import { type Arrays, npz } from './testing/npz-writer.ts';

const vector = (...values: number[]): readonly [string, number[], Float64Array] => [
  'float64',
  [values.length],
  Float64Array.from(values),
];
const count = (n: number): readonly [string, number[], BigInt64Array] => [
  'int64',
  [],
  BigInt64Array.of(BigInt(n)),
];

const arrays: Arrays = {
  x: vector(1, 2),
  x2: vector(3, 4),
  W: vector(2, 10),
  y: vector(2, 20), // x·W
  y2: vector(6, 40), // x2·W
  gy: vector(1, 1),
  sum: vector(4, 6), // x + x2
  ints: ['int32', [2], Int32Array.of(1, 2)],
  zeros: vector(0, 0),
  n0: count(0),
  n1: count(1),
  n2: count(2),
  g: vector(1, 2),
  step1: vector(1.5, 9), // W − 0.5·g
  step2: vector(1.4, 8.8), // step1 − 0.1·g
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
  writeFileSync(join(folder, 'group.npz'), npz(arrays));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function outcomeOf(suite: string, content: JsonObject): Promise<Outcome> {
  const path = join(folder, 'group.json');
  const limits = content.raises === undefined ? { rtol: 1e-12, atol: 0 } : {};
  writeFileSync(
    path,
    JSON.stringify({ suite, group: 'group', cases: [{ id: 'only', ...limits, ...content }] }),
  );
  const [only] = readGroup(path).cases;
  return (await only?.run(fakeApi)) as Outcome;
}

const passed: Outcome = { status: 'passed' };
const failed = (reason: RegExp): Outcome => ({
  status: 'failed',
  reason: expect.stringMatching(reason) as string,
});

describe('links', () => {
  const run = (content: JsonObject): Promise<Outcome> => outcomeOf('links', content);
  const scale: JsonObject = {
    link: 'Scale',
    ctor: { args: [{ array: 'zeros' }], options: {} },
    config: { train: true },
    ctorShapes: { '/W': [2] },
    ctorParams: { '/W': 'zeros' },
    params: { '/W': 'W' },
    persistent: { '/N': 'n1' },
    call: { method: 'forward', args: [{ array: 'x' }], options: {} },
    outputs: ['y'],
    backward: { gy: ['gy'], gx: { x: 'W' }, gparams: { '/W': 'x' } },
    persistentAfter: { '/N': 'n2' },
    attributesAfter: { last_result: 'y' },
  };

  it('compares all that a case states', async () => {
    expect(await run(scale)).toEqual(passed);
    expect(await run({ ...scale, outputs: ['y2'] })).toEqual(failed(/output 0/));
    expect(await run({ ...scale, ctorShapes: { '/W': [3] } })).toEqual(
      failed(/\/W: got \[2\], expected \[3\]/),
    );
    expect(await run({ ...scale, ctorShapes: { '/W': [2], '/b': [2] } })).toEqual(
      failed(/the parameters are \/W/),
    );
    expect(await run({ ...scale, ctorParams: { '/W': 'W' } })).toEqual(failed(/after construction: \/W/));
    expect(await run({ ...scale, persistentAfter: { '/N': 'n1' } })).toEqual(
      failed(/\/N: got 2, expected 1/),
    );
    expect(await run({ ...scale, attributesAfter: { last_result: 'y2' } })).toEqual(
      failed(/attribute last_result/),
    );
    const backward = { gy: ['gy'], gx: { x: 'W' }, gparams: { '/W': 'x2' } };
    expect(await run({ ...scale, backward })).toEqual(failed(/gradient of \/W/));
    expect(await run({ ...scale, backward: { ...backward, gx: { x: 'x' } } })).toEqual(
      failed(/gradient of x/),
    );
    expect(await run({ ...scale, params: { '/V': 'W' } })).toEqual(failed(/no parameter \/V/));
    expect(await run({ ...scale, colour: 1 })).toEqual(failed(/unknown key colour/));
    expect(await run({ ...scale, link: 'Gone' })).toEqual({
      status: 'unsupported',
      reason: 'there is no links.Gone',
    });
  });

  it('makes several calls and adds up their gradients', async () => {
    const { call: _, outputs: __, ...rest } = scale;
    const forward = (key: string, output: string): JsonObject => ({
      method: 'forward',
      args: [{ array: key }],
      options: {},
      outputs: [output],
    });
    const reset = { method: 'reset_state', args: [], options: {}, outputs: [] };
    const several = {
      ...rest,
      calls: [forward('x', 'y'), reset, forward('x2', 'y2')],
      backward: { gy: ['gy', 'gy'], gx: { x: 'W', x2: 'W' }, gparams: { '/W': 'sum' } },
      persistent: { '/N': 'n0' },
      attributesAfter: { last_result: 'y2' },
    };
    expect(await run(several)).toEqual(passed);
    const half = { ...several, backward: { gy: ['gy', null], gx: {}, gparams: { '/W': 'x' } } };
    expect(await run(half)).toEqual(passed);
    expect(await run({ ...half, backward: { ...half.backward, gparams: { '/W': 'sum' } } })).toEqual(
      failed(/gradient of \/W/),
    );
  });

  it('calls a lazy link once before its parameters are set', async () => {
    const lazy: JsonObject = {
      ...scale,
      ctor: { args: [null], options: {} },
      ctorShapes: { '/W': null },
      lazy: true,
    };
    const { ctorParams: _, ...without } = lazy;
    expect(await run(without)).toEqual(passed);
    expect(await run({ ...without, ctorShapes: { '/W': [2] } })).toEqual(failed(/got uninitialised/));
  });

  it('wants errors where they belong', async () => {
    const { link, ctor, config } = scale as Record<string, JsonObject>;
    const call = { method: 'forward', args: [{ array: 'ints' }], options: {} };
    const raises = {
      link,
      ctor,
      config,
      call,
      raises: 'InvalidType',
      raisesAt: 'call',
      message: '',
    } as JsonObject;
    expect(await run(raises)).toEqual(passed);
    expect(await run({ ...raises, raisesAt: 'ctor' })).toEqual(failed(/nothing was thrown/));
    expect(await run({ ...raises, call: { ...call, args: [{ array: 'x' }] } })).toEqual(
      failed(/nothing was thrown/),
    );
  });
});

describe('optimizers', () => {
  const run = (content: JsonObject): Promise<Outcome> => outcomeOf('optimizers', content);
  const sgd: JsonObject = {
    optimizer: 'SGD',
    ctor: { args: [], options: { lr: 0.5 } },
    hooks: [],
    params: { '/w': 'W' },
    grads: [{ '/w': 'g' }, { '/w': 'g' }],
    expected: [{ '/w': 'step1' }, { '/w': 'step2' }],
    set: [{ before: 1, attr: 'lr', value: 0.1 }],
    stateAfter: { '/w': { t: 'n2', last_grad: 'g' } },
  };

  it('compares every step and the state after the last', async () => {
    expect(await run(sgd)).toEqual(passed);
    expect(await run({ ...sgd, set: [] })).toEqual(failed(/step 1: \/w/));
    expect(await run({ ...sgd, expected: [{ '/w': 'step2' }, { '/w': 'step2' }] })).toEqual(
      failed(/step 0: \/w/),
    );
    expect(await run({ ...sgd, stateAfter: { '/w': { t: 'n1' } } })).toEqual(
      failed(/state t of \/w: got 2, expected 1/),
    );
    expect(await run({ ...sgd, stateAfter: { '/w': { last_grad: 'W' } } })).toEqual(
      failed(/state last_grad/),
    );
    expect(await run({ ...sgd, expected: [{ '/w': 'step1' }] })).toEqual(failed(/different length/));
  });

  it('changes one rule, or stops it', async () => {
    const rule = { ...sgd, set: [{ before: 1, param: '/w', attr: 'lr', value: 0.1 }] };
    expect(await run(rule)).toEqual(passed);
    const stop = { ...sgd, set: [{ before: 1, param: '/w', attr: 'enabled', value: false }] };
    expect(await run({ ...stop, stateAfter: {}, expected: [{ '/w': 'step1' }, { '/w': 'step1' }] })).toEqual(
      passed,
    );
    expect(await run(stop)).toEqual(failed(/step 1/));
  });

  it('clears gradients that are null', async () => {
    const cleared = { ...sgd, grads: [{ '/w': 'g' }, { '/w': null }], stateAfter: {} };
    expect(await run({ ...cleared, expected: [{ '/w': 'step1' }, { '/w': 'step1' }] })).toEqual(passed);
  });

  it('wants errors of methods', async () => {
    const { optimizer, ctor, hooks } = sgd as Record<string, JsonObject>;
    const call = { method: 'add_hook', args: [1], options: {} };
    const raises = {
      optimizer,
      ctor,
      hooks,
      call,
      setup: false,
      raises: 'RuntimeError',
      message: '',
    } as JsonObject;
    expect(await run(raises)).toEqual(passed);
    expect(await run({ ...raises, setup: true })).toEqual(failed(/nothing was thrown/));
    expect((await run({ ...raises, call: { ...call, method: 'serve_tea' } })).status).toBe('unsupported');
  });
});
