import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { arange, array, type NdArray, zeros } from '@chainer/xp';
import * as h5wasm from 'h5wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Serializable, Serializer } from '../core/serializer.ts';
import { BatchNormalization, Linear } from '../links/index.ts';
import { HDF5Deserializer, HDF5Serializer, loadHdf5, saveHdf5, toHdf5 } from './hdf5.ts';
import type { Hdf5Group } from './hdf5-format.ts';

/** Written by h5py 3: float32 `l1/W`, booleans `flag` and `mask`, `n`, `lr`, `text`, and `none`, an empty dataset. */
const byH5py = gunzipSync(
  Buffer.from(
    [
      'H4sIAAAAAAACA+2ZMW8TMRTHn329xjRCXJUhhRZ6iCUjiA7dmopcyVDRioJgQq3gKFJLkUqGSgzAFr4BG4x8hAwMSGXoBmMGhrIx',
      'MrKF89m+xC53VFCGhP9vyMuz39nx/97ZOftVs7F0euLcBEmEoDEKaJCepnPV9k39urZM27a277gpZ2ndlC6f1O27cbduRpGM7jmY',
      'fg59ZWsE/kea0eKqtHe1X9f2gNtx21eUfbi9sSntjinfVbYV77XS8ic7sbSPN55uDebvlNNvXv42PeU/8o+Xv/NCWYFbifxNMLNs',
      '27fj7jjzafMv+127sdJgVMr660wXx5v8DD3ndzj5Hury7vni9uZNuxeL48zzdTBTHHdZ2x+zxXFmnfh24WTuH6NxpQUzvuqBcVVg',
      'piEt0xHfS0YoIyfD2WSNVQpWBVWf63o/UV7Wc081WE7q5ReW9SfSmehBnMxsrVi3Ie+XUs7j3otT/a5ltzpk9Z/ks8orluVLrYRn',
      '/E+Q6wb7xbpR/c11nYrtu/k2BmkBAAAAAEaKvXv31+nl+LPwKzXqX+hjeYamS17I7L/hHxak37nUf5djkA4AAAAYWhj5zn6koAGX',
      'PKqpcwuuygJh6gQtLS6vRST3nm5H5qJs/5Gr/cdsX5F9qpDVsqE9ZHoEmQ6qpp5+5o/7sx63e2LzdkTyw+xHL2R6zJVprqc3EPN1',
      '6ebo8nok9DjLWHpWElD/ebH1IEePQ61HMBJ6cL2VfOzziiP54Z58DqseajyM2ec7/MTn1+8Vu+XsDQ+LHMjl+rWVZTYw7Zh5zLz/',
      'b+7uv99/E2fx3TPQDAAAAAAAAAAAGDZ+AtGzUuy4MwAA',
    ].join(''),
    'base64',
  ),
);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-hdf5-'));
  await h5wasm.ready;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An object that reads what it is told to. */
const reader = (into: Record<string, Serializable>) => ({
  serialize(s: Serializer): void {
    for (const key of Object.keys(into)) into[key] = s.value(key, into[key] as Serializable);
  },
});

/** Opens bytes by the library itself. */
function open(bytes: Uint8Array): h5wasm.File {
  h5wasm.FS?.writeFile('/test.h5', bytes);
  return new h5wasm.File('/test.h5', 'r');
}

describe('HDF5', () => {
  test('a file of h5py: booleans, None, texts, numbers, compressed arrays', async () => {
    const into: Record<string, Serializable> = {
      flag: false,
      n: 0,
      lr: 0,
      text: '',
      none: zeros([1]),
      mask: null,
      'l1/W': zeros([2, 3]),
    };
    await loadHdf5(byH5py, reader(into));
    expect([into.flag, into.n, into.lr, into.text]).toEqual([true, 7, 0.125, 'grüße']);
    expect((into.none as NdArray).toArraySync()).toEqual([0]);
    expect((into.mask as NdArray).dtype.name).toBe('bool');
    expect((into.mask as NdArray).toArraySync()).toEqual([true, false]);
    expect((into['l1/W'] as NdArray).toArraySync()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test('a link is groups and datasets, compressed where they have more than one element', async () => {
    const file = open(
      await toHdf5({ 'a/l1/W': arange(6, { dtype: 'float32' }).reshape(2, 3).T, 'a/N': 3, 'a/lr': 0.5 }),
    );
    const W = file.get('a/l1/W') as h5wasm.Dataset;
    expect([W.shape, W.dtype, [...(W.value as Float32Array)]]).toEqual([[3, 2], '<f', [0, 3, 1, 4, 2, 5]]);
    expect(W.filters.map(({ id, cd_values }) => [id, cd_values])).toEqual([[1, [4]]]);
    const scalar = (name: string) => {
      const d = file.get(name) as h5wasm.Dataset;
      return [d.shape, d.dtype, d.value, d.filters.length];
    };
    expect([scalar('a/N'), scalar('a/lr')]).toEqual([
      [[], '<q', 3n, 0],
      [[], '<d', 0.5, 0],
    ]);
    file.close();
  });

  test('saved and loaded: parameters, running statistics, half types', async () => {
    const bn = new BatchNormalization(3);
    bn.N = 4;
    bn.avgMean?.setAt(array([1, 2, 3]), '...');
    const path = join(folder, 'bn.h5');
    await saveHdf5(path, bn, { compression: null });
    const other = new BatchNormalization(3);
    await loadHdf5(path, other);
    expect([other.N, other.avgMean?.toArraySync()]).toEqual([4, [1, 2, 3]]);
    const halves = {
      h: array([1.5, -(2 ** -24), 65504], { dtype: 'float16' }),
      b: array([1.5, 2 ** 100], { dtype: 'bfloat16' }),
    };
    const into = { h: zeros([3], { dtype: 'float16' }), b: zeros([2], { dtype: 'bfloat16' }) };
    await loadHdf5(await toHdf5(halves), reader(into));
    expect([into.h.toArraySync(), into.b.toArraySync()]).toEqual([
      halves.h.toArraySync(),
      halves.b.toArraySync(),
    ]);
  });

  test('several objects in one file of h5wasm', () => {
    const file = new h5wasm.File('/several.h5', 'w');
    const l = new Linear(2, 2, { initialBias: 5 });
    l.serialize(new HDF5Serializer(file.create_group('first') as unknown as Hdf5Group));
    l.serialize(new HDF5Serializer(file as unknown as Hdf5Group).child('second/inner'));
    expect(file.paths().sort()).toEqual([
      'first',
      'first/W',
      'first/b',
      'second',
      'second/inner',
      'second/inner/W',
      'second/inner/b',
    ]);
    const other = new Linear(2, 2);
    other.serialize(new HDF5Deserializer(file.get('second/inner') as unknown as Hdf5Group));
    expect(other.b?.array.toArraySync()).toEqual([5, 5]);
    file.close();
  });

  test('what is wrong is named', async () => {
    await expect(loadHdf5(byH5py, new Linear(2, 2))).rejects.toThrow("[loadHdf5] 'W' is not in the file");
    await loadHdf5(byH5py, new Linear(2, 2), { strict: false });
    await expect(loadHdf5(byH5py, new Linear(2, 2), { path: 'l1/' })).rejects.toThrow(
      "[loadHdf5] 'l1/W' has shape [2, 3] in the file, but the object has [2, 2]",
    );
    await expect(toHdf5(new Linear(null, 2))).rejects.toThrow("[saveHdf5] 'W' is not initialised yet");
    await expect(toHdf5({ c: array([1], { dtype: 'complex64' }) })).rejects.toThrow("'c' is complex64");
    await expect(toHdf5({}, { compression: 11 })).rejects.toThrow(
      'compression must be an integer from 0 to 9',
    );
    await expect(loadHdf5(new Uint8Array(100), new Linear(2, 2))).rejects.toThrow(
      '100 bytes is not an HDF5 file',
    );
    for (const cut of [600, 3000, byH5py.length - 200])
      await expect(loadHdf5(byH5py.subarray(0, cut), new Linear(2, 2))).rejects.toThrow(
        /\[loadHdf5\] \d+ bytes is incomplete or damaged and was not loaded/,
      );
  });
});
