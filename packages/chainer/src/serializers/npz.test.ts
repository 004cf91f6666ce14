import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, type NdArray, readNpz, zeros } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chain } from '../core/chain.ts';
import { Parameter } from '../core/parameter.ts';
import type { Serializer } from '../core/serializer.ts';
import { DictionarySerializer, loadNpz, NpzDeserializer, saveNpz, toNpz } from './index.ts';
import { floatOrNull, floatValue, integersValue } from './values.ts';

class Layer extends Chain {
  readonly W: Parameter;
  count = 0;
  mean: NdArray | null = null;

  constructor(W: NdArray | null) {
    super();
    this.W = W === null ? new Parameter(0) : new Parameter(W);
  }

  override get persistent(): readonly string[] {
    return ['count', 'mean'];
  }

  forward(): void {}
}

class Model extends Chain {
  readonly l1: Layer;
  readonly l2: Layer;

  constructor(W1: NdArray | null, W2: NdArray | null) {
    super();
    this.l1 = new Layer(W1);
    this.l2 = new Layer(W2);
  }

  forward(): void {}
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-npz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);

describe('saveNpz and loadNpz', () => {
  test("keys, dtypes and None as Chainer's", async () => {
    const model = new Model(array([[1, 2]]), null);
    model.l1.count = 3;
    await saveNpz(file('a'), model);
    const entries = readNpz(await readFile(file('a')));
    expect([...entries.keys()]).toEqual(['l1/W', 'l1/count', 'l1/mean', 'l2/W', 'l2/count', 'l2/mean']);
    expect((entries.get('l1/count') as NdArray).dtype.name).toBe('int64');
    expect([entries.get('l2/W'), entries.get('l1/mean')]).toEqual([null, null]);
    // No ending is added, and nothing stays beside the file.
    expect((await readdir(folder)).filter((name) => name !== 'a')).toEqual([]);
  });

  test('arrays are loaded in place, parameters without a shape take the stored one, None leaves them', async () => {
    const saved = new Model(array([[1, 2]]), array([5]));
    saved.l1.count = 3;
    saved.l1.mean = array([0.5]);
    const bytes = await toNpz(saved, { compression: false });
    const loaded = new Model(zeros([1, 2]), null);
    const before = loaded.l1.W.array;
    await loadNpz(bytes, loaded);
    expect(loaded.l1.W.array).toBe(before);
    expect([before.toArraySync(), loaded.l2.W.array.toArraySync()]).toEqual([[[1, 2]], [5]]);
    expect([loaded.l1.count, loaded.l1.mean?.toArraySync(), loaded.l2.mean]).toEqual([3, [0.5], null]);
    const empty = await toNpz(new Model(null, null));
    await loadNpz(empty, loaded);
    expect(loaded.l1.W.array.toArraySync()).toEqual([[1, 2]]);
  });

  test('from an ArrayBuffer, a Blob, and what fetch answered', async () => {
    const bytes = await toNpz(new Layer(array([1.5])));
    const sources = [bytes.buffer, new Blob([bytes]), new File([bytes], 'a.npz'), new Response(bytes)];
    for (const source of sources) {
      const layer = new Layer(array([0]));
      await loadNpz(source, layer);
      expect(layer.W.array.toArraySync()).toEqual([1.5]);
    }
    const missing = new Response('', { status: 404, statusText: 'Not Found' });
    await expect(loadNpz(missing, new Layer(null))).rejects.toThrow('the server answered 404 Not Found');
    const damaged = new File([bytes.subarray(0, 50)], 'cut.npz');
    await expect(loadNpz(damaged, new Layer(null))).rejects.toThrow(/\[loadNpz\] 'cut\.npz'.*damaged/s);
    const pending = Promise.resolve(new Response(bytes)) as unknown as Response;
    await expect(loadNpz(pending, new Layer(null))).rejects.toThrow('got a promise; await it');
  });

  test('floats are cast to the dtype there, other kinds are refused', async () => {
    const float64 = await toNpz(new Layer(array([1.5], { dtype: 'float64' })));
    const layer = new Layer(array([0]));
    await loadNpz(float64, layer);
    expect([layer.W.dtype.name, layer.W.array.toArraySync()]).toEqual(['float32', [1.5]]);
    await expect(loadNpz(float64, new Layer(array([0], { dtype: 'int32' })))).rejects.toThrow(
      /'W' is float64.*int32/,
    );
  });

  test('a missing key names the file, the key and the cure; strict: false leaves the value', async () => {
    const inner = await toNpz(new Model(array([1]), array([2])));
    const outer = await toNpz(new Map([['updater/model:main/W', array([1])]]));
    await expect(loadNpz(outer, new Layer(array([0])))).rejects.toThrow(
      /\[loadNpz\] 'W' is not in the file.*\{path: 'updater\/model:main\/'\}/,
    );
    await expect(loadNpz(inner, new Layer(array([0])))).rejects.toThrow("it has 'l1/W'");
    const layer = new Layer(array([7]));
    await loadNpz(inner, layer, { strict: false });
    expect(layer.W.array.toArraySync()).toEqual([7]);
    await loadNpz(inner, layer, { path: 'l2/' });
    expect(layer.W.array.toArraySync()).toEqual([2]);
  });

  test('names can be ignored, one by one or by a test', async () => {
    const bytes = await toNpz(new Model(array([1]), array([2])));
    const model = new Model(array([8]), array([9]));
    await loadNpz(bytes, model, { ignoreNames: ['l1/W', (name) => name.endsWith('count')] });
    expect([model.l1.W.array.toArraySync(), model.l2.W.array.toArraySync()]).toEqual([[8], [2]]);
    await expect(loadNpz(bytes, model, { ignoreNames: [3 as never] })).rejects.toThrow(
      '[loadNpz] ignoreNames must be',
    );
  });

  test('another shape gives both', async () => {
    const bytes = await toNpz(new Layer(zeros([5, 4])));
    await expect(loadNpz(bytes, new Layer(zeros([5, 5])))).rejects.toThrow(
      "'W' has shape [5, 4] in the file, but the object has [5, 5]",
    );
  });

  test('what is missing, cut off or no file is refused, and the object stays as it was', async () => {
    await expect(loadNpz(file('nowhere'), new Layer(null))).rejects.toThrow(
      `[loadNpz] there is no file ${file('nowhere')}`,
    );
    const bytes = await toNpz(new Layer(array([3])));
    const layer = new Layer(array([7]));
    for (const cut of [0, 10, Math.floor(bytes.length / 2), bytes.length - 1]) {
      await writeFile(file('cut'), bytes.subarray(0, cut));
      await expect(loadNpz(file('cut'), layer)).rejects.toThrow(
        /\[loadNpz\].*cut.*incomplete or damaged and was not loaded/s,
      );
    }
    expect(layer.W.array.toArraySync()).toEqual([7]);
    await expect(loadNpz(bytes, {} as never)).rejects.toThrow('must have a serialize method');
  });

  test('a folder that is missing is named', async () => {
    await expect(saveNpz(file('no/such/a'), new Layer(null))).rejects.toThrow(
      /\[saveNpz\] cannot write .*no\/such\/a/,
    );
  });
});

describe('values', () => {
  const roundTrip = <T>(carry: (s: Serializer, value: T) => T, value: T, other: T): T => {
    const writer = new DictionarySerializer();
    carry(writer, value);
    return carry(new NpzDeserializer(writer.target), other);
  };

  test('floats, also those that may be missing, and integers', async () => {
    expect(roundTrip((s, v) => floatValue(s, 'x', v), 2, 0)).toBe(2);
    expect(roundTrip<number | null>((s, v) => floatOrNull(s, 'x', v), 2.5, null)).toBe(2.5);
    expect(roundTrip<number | null>((s, v) => floatOrNull(s, 'x', v), null, 1)).toBeNull();
    expect(
      roundTrip<readonly number[] | null>((s, v) => integersValue(s, 'x', v), [3, 1, 2], [0, 0, 0]),
    ).toEqual([3, 1, 2]);
    const writer = new DictionarySerializer();
    floatValue(writer, 'one', 1);
    expect((writer.target.get('one') as NdArray).dtype.name).toBe('float64');
  });

  test('what cannot be saved is refused by name', () => {
    expect(() => new DictionarySerializer().child('a').value('b', new Parameter(0, [1]) as never)).toThrow(
      "'a/b' is a Variable; give its .array",
    );
    expect(() => new DictionarySerializer().value('f', (() => {}) as never)).toThrow("'f' is a function");
  });
});
