import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type NdArray, random } from '@chainer/xp';
import { afterEach, describe, expect, test } from 'vitest';
import { concatExamples } from '../dataset/concat-examples.ts';
import { DictionarySerializer } from '../serializers/dictionary-serializer.ts';
import { NpzDeserializer } from '../serializers/npz-deserializer.ts';
import { MultiprocessIterator, MultithreadIterator, SerialIterator, ShuffleOrderSampler } from './index.ts';
import type { DatasetIterator } from './iterator.ts';
import { moduleOf, pairs, xp } from './workers.testing.ts';

const open: DatasetIterator[] = [];
afterEach(async () => {
  for (const iterator of open.splice(0)) await iterator.finalize?.();
});

interface Options {
  readonly repeat?: boolean;
  readonly shuffle?: boolean;
  readonly seed?: number;
  readonly nPrefetch?: number;
}

const numbers = moduleOf('export default (n) => ({ length: n, at: async (i) => i })');
const asynchronous = (n: number) => ({ length: n, at: async (i: number) => i });

const kinds = {
  MultithreadIterator: (n: number, batchSize: number, { nPrefetch: _, ...options }: object & Options) =>
    new MultithreadIterator(asynchronous(n), batchSize, { ...options, nThreads: 3 }),
  MultiprocessIterator: (n: number, batchSize: number, options: object) =>
    new MultiprocessIterator<number>({ module: numbers, args: [n] }, batchSize, {
      nProcesses: 2,

      ...options,
    }),
};

function options({ seed, ...others }: Options): object {
  return seed === undefined
    ? others
    : { ...others, orderSampler: new ShuffleOrderSampler(new random.RandomState(seed)) };
}

function make(kind: keyof typeof kinds, n: number, batchSize: number, given: Options = {}) {
  const iterator = kinds[kind](n, batchSize, options(given));
  open.push(iterator);
  return iterator;
}

/** Sizes of dataset and batch. Workers take long to start: the state, which is the same code, is tried out without them. */
const sizes = (kind: keyof typeof kinds): readonly (readonly [number, number])[] =>
  kind === 'MultiprocessIterator'
    ? [[7, 3]]
    : [
        [7, 3],
        [2, 5],
        [6, 3],
      ];

const seen = async (it: DatasetIterator): Promise<unknown[]> => {
  const { value, done } = await it.next();
  return [done, value, it.epoch, it.isNewEpoch, it.epochDetail, it.previousEpochDetail];
};

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s', (kind) => {
  test.each<Options>([
    { shuffle: false },
    { seed: 3 },
    { seed: 4, repeat: false },
    { seed: 5, nPrefetch: 4 },
  ])('gives the batches of SerialIterator (%o)', async (given) => {
    const { nPrefetch: _, ...serialOptions } = given;
    for (const [n, batchSize] of sizes(kind)) {
      const serial = new SerialIterator(
        Array.from({ length: n }, (_, i) => i),
        batchSize,
        options(serialOptions),
      );
      const it = make(kind, n, batchSize, given);
      for (let k = 0; k < 8; k++) expect(await seen(it)).toEqual(await seen(serial));
      it.reset();
      serial.reset();
      if (given.seed === undefined) expect(await seen(it)).toEqual(await seen(serial));
    }
  });

  test('resumes in the middle of an epoch with what had been loaded ahead', async () => {
    const all = [{ seed: 1 }, { shuffle: false }, { seed: 1, nPrefetch: 3 }];
    for (const given of kind === 'MultithreadIterator' ? all : all.slice(2)) {
      for (const stop of kind === 'MultithreadIterator' ? [0, 1, 2, 5] : [2]) {
        const before = make(kind, 5, 2, given);
        for (let k = 0; k < stop; k++) await before.next();
        const writer = new DictionarySerializer();
        before.serialize(writer);
        // Another seed: what matters comes from the snapshot.
        const after = make(kind, 5, 2, 'seed' in given ? { ...given, seed: 99 } : given);
        after.serialize(new NpzDeserializer(writer.target));
        for (let k = 0; k < 6; k++) expect(await seen(after)).toEqual(await seen(before));
      }
    }
  });

  test('an order of another dataset is refused', async () => {
    const before = make(kind, 5, 2, { seed: 1 });
    await before.next();
    const writer = new DictionarySerializer();
    before.serialize(writer);
    const after = make(kind, 7, 2, { seed: 1 });
    after.serialize(new NpzDeserializer(writer.target));
    await expect(after.next()).rejects.toThrow('one of 5 examples, but the dataset has 7');
  });

  test('is used up by for await', async () => {
    const batches: unknown[] = [];
    for await (const batch of make(kind, 5, 2, { repeat: false, shuffle: false })) batches.push(batch);
    expect(batches).toEqual([[0, 1], [2, 3], [4]]);
    expect(() => [...(make(kind, 5, 2) as unknown as Iterable<unknown>)]).toThrow('use for await');
  });
});

describe('MultithreadIterator', () => {
  test('loads several examples at the same time, and the next batch ahead', async () => {
    let running = 0;
    let most = 0;
    const asked: number[] = [];
    const dataset = {
      length: 8,
      async at(i: number) {
        asked.push(i);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return i;
      },
    };
    const it = new MultithreadIterator(dataset, 4, { shuffle: false, nThreads: 2 });
    await it.next();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([most, asked.toSorted()]).toEqual([4, [0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  test('throws what the dataset throws when its batch is asked for, and then tries again', async () => {
    let broken = true;
    const dataset = {
      length: 4,
      async at(i: number) {
        if (i === 3 && broken) throw new Error('file 3 is gone');
        return i;
      },
    };
    const it = new MultithreadIterator(dataset, 2, { shuffle: false });
    expect((await it.next()).value).toEqual([0, 1]);
    await expect(it.next()).rejects.toThrow('file 3 is gone');
    expect(it.currentPosition).toBe(2);
    broken = false;
    expect((await it.next()).value).toEqual([2, 3]);
  });
});

describe('MultiprocessIterator', () => {
  test('arrays come through shared memory, as rows of one array, in the order of the batch', async () => {
    const it = new MultiprocessIterator<[NdArray, number]>({ module: pairs, args: [10] }, 4, {
      nProcesses: 2,
      shuffle: false,
    });
    open.push(it);
    for (let k = 0; k < 5; k++) {
      const { value } = await it.next();
      const batch = value as [NdArray, number][];
      const indices = [0, 1, 2, 3].map((i) => (4 * k + i) % 10);
      const [x, t] = concatExamples(batch) as [NdArray, NdArray];
      expect([x.shape, x.dtype.name]).toEqual([[4, 2, 3], 'float32']);
      expect(x.at(':', 1, 2).toArraySync()).toEqual(indices);
      expect(t.toArraySync()).toEqual(indices.map((i) => i % 3));
      // The first batch tells what examples look like. The second was asked for with it; from the third on they share memory.
      expect(new Set(batch.map(([a]) => a.storage)).size).toBe(k < 2 ? 4 : 1);
    }
  });

  test('examples of other shapes, records, text and typed arrays come as they are', async () => {
    const module = moduleOf(`
      import { ones } from '${xp}';
      export const data = { length: 4, at: (i) => ({ x: ones([i + 1]), name: 'n' + i, raw: Float32Array.of(i), none: null }) };
    `);
    const it = new MultiprocessIterator<{ x: NdArray; name: string; raw: Float32Array; none: null }>(
      { module, export: 'data' },
      2,
      { nProcesses: 1, shuffle: false },
    );
    open.push(it);
    const all = [...((await it.next()).value ?? []), ...((await it.next()).value ?? [])];
    expect(all.map(({ x, name, raw, none }) => [x.toArraySync(), name, [...raw], none])).toEqual([
      [[1], 'n0', [0], null],
      [[1, 1], 'n1', [1], null],
      [[1, 1, 1], 'n2', [2], null],
      [[1, 1, 1, 1], 'n3', [3], null],
    ]);
  });

  test('an error in a worker reaches the caller with its stack, and the batch can be tried again', async () => {
    const module = moduleOf(`
      let broken = true;
      function decode(i) {
        if (i === 2 && broken) { broken = false; throw new RangeError('picture ' + i + ' is damaged'); }
        return i;
      }
      export default { length: 4, at: decode };
    `);
    const it = new MultiprocessIterator<number>({ module }, 2, {
      nProcesses: 1,
      shuffle: false,
    });
    open.push(it);
    expect((await it.next()).value).toEqual([0, 1]);
    const error = await it.next().then(
      () => null,
      (e: Error) => e,
    );
    expect(error?.message).toBe('[MultiprocessIterator] in a worker: picture 2 is damaged');
    expect(error?.name).toBe('RangeError');
    expect(error?.stack).toMatch(/picture 2 is damaged\n\s+at .*decode/);
    expect((await it.next()).value).toEqual([2, 3]);
  });

  test.each([
    ['export const a = 1; export const b = 2', "exports no 'default'; it exports a, b"],
    ['export default 3', 'expected a dataset'],
    ['export default { length: 0, at() {} }', 'the dataset is empty'],
    ['export default () => { throw new Error("no such folder") }', 'no such folder'],
    ['import "./nowhere.js"', /nowhere|Invalid/],
    ['export default { length: 2, at: (i) => () => i }', 'could not be cloned'],
  ])('%s', async (code, message) => {
    const it = new MultiprocessIterator({ module: moduleOf(code) }, 1, { nProcesses: 1 });
    open.push(it);
    await expect(it.next()).rejects.toThrow(message);
  });

  test('a worker that ends takes its batch with it, and says so', async () => {
    const module = moduleOf('export default { length: 2, at: () => process.exit(3) }');
    const it = new MultiprocessIterator({ module }, 1, { nProcesses: 1 });
    open.push(it);
    await expect(it.next()).rejects.toThrow('a worker ended (exit code 3)');
  });

  test('finalize ends workers in the midst of their work, and whoever waits is told', async () => {
    const module = moduleOf('export default { length: 2, at() { for (;;); } }');
    const it = new MultiprocessIterator({ module }, 1, { nProcesses: 2 });
    const waiting = it.next();
    const told = expect(waiting).rejects.toThrow('was finalized while it waited');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await it.finalize();
    await told;
    await expect(it.next()).rejects.toThrow('was finalized; make a new one');
  });

  test('a slow dataset is warned of', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const module = moduleOf(
      'export default { length: 1, at: () => new Promise((resolve) => setTimeout(resolve, 400, 7)) }',
    );
    const it = new MultiprocessIterator({ module }, 1, { nProcesses: 1, datasetTimeout: 0.05 });
    open.push(it);
    expect((await it.next()).value).toEqual([7]);
    const warning = await warned;
    expect([warning.name, warning.message]).toEqual([
      'TimeoutWarning',
      expect.stringContaining('examples 0 are still not there after 0.05 s'),
    ]);
  });

  test('wrong arguments', () => {
    const wrong =
      (dataset: unknown, given: object = {}) =>
      () =>
        new MultiprocessIterator(dataset as never, 2, given);
    expect(wrong([1, 2, 3])).toThrow('dataset must be { module, export, args }');
    expect(wrong({ module: numbers }, { nProcesses: 0 })).toThrow(
      'nProcesses must be a positive integer, got 0',
    );
    expect(wrong({ module: numbers }, { nPrefetch: -1 })).toThrow(
      'nPrefetch must be an integer of at least 0',
    );
    expect(wrong({ module: numbers }, { nProcess: 2 })).toThrow("did you mean 'nProcesses'?");
  });

  // Options of V8 are the process's, and may not be named for a worker.
  test.each([
    ['--input-type=module', '-e'],
    ['--min-semi-space-size=16', '-e'],
  ])('no worker keeps the process alive (node %s)', (...options) => {
    const chainer = fileURLToPath(new URL('../../dist/node/index.js', import.meta.url));
    const code = `
      import(${JSON.stringify(chainer)}).then(async ({ iterators }) => {
        const it = new iterators.MultiprocessIterator({ module: ${JSON.stringify(numbers)}, args: [100] }, 4, { nProcesses: 2, nPrefetch: 3 });
        console.log((await it.next()).value.length, (await it.next()).value.length);
      });
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, [...options, code], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([stdout.trim(), status, stderr]).toEqual(['4 4', 0, '']);
  });
});
