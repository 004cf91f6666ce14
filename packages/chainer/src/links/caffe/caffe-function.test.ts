import { gunzipSync } from 'node:zlib';
import { array, type NdArray } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { netFields } from '../../caffe/fields.ts';
import { noBackpropMode, usingConfig } from '../../core/config.ts';
import type { Variable } from '../../core/variable.ts';
import { sum } from '../../functions/math/sum.ts';
import { encode } from '../../protobuf/message.ts';
import { caffe } from '../index.ts';

const { CaffeFunction } = caffe;

const unpack = (lines: readonly string[]): Uint8Array => gunzipSync(Buffer.from(lines.join(''), 'base64'));

/** Written by Google's protobuf with Caffe's own message types: a layer of (nearly) every kind, and one of type Power. */
const net = unpack([
  'H4sIAAAAAAACA11VsY7bRhDdJakls+eDHcJnn2k7IATDMAQEia9kIRL2BUhgwzickTYQRfFkwTxSoHS+lARSunGbpAmYzmU+QFST',
  'JqVLV+7d3Q8ks8sZkcgCwyF3Zndm37xZSp7X4o60ZvE6dq1jeA71+3CQxdM0q8UnLkVS5G++eezuPQVdZBfrRZF7rRdPgt/56B1n',
  'zA8ZmzSgQRhqNReBsDFjVdPatxv4BqlgTg+Yi9S8+g47P+0DMgnRD9dpv3G7RvnrNWEbi+H+23EgpGVx0wxuj260a5ToXJrAlNz6',
  'IBzHOuS++ciohSetMs0uXOs0ff6jxxM41kd7sK+SrMUDaWZl7prPT19oU/6X/aVjHvz2653wvgr/NTyiWtyT1rIoMtc+gecin3s8',
  'H/LlP7Z1wzyEED9JY5q7XzyJ18mrF0V57vHlkE/b9CYRRNqCBqkinR7mHbXGP7RuDXsji7z4R8d2+P3C/SWoxTM5WCVxlrqDl0p5',
  'fLrbX0MaEnS9/RVearS10oYrx/C5YsRgtcwWa9hNKbWbMX0MclSLh9JMs7Vrf5etLxer1AMDyNGQp1dCHig01KOphQ+bZItEpaSU',
  'x9OhsYJNVkdXAAs/hDh3NbmSeO2Kp1p7YPWUF39di7+Be7NUsc/dP9aa2MdfD/kseMtHFW+PUCHtGNJFUYchlSosvxoKByU+zmsa',
  'Ei0Zrsd91Brtt2mpE+Fc1XQ2gE1RzTCM4PrIQbpuFJTGByEATONbqP4BNFhZLF37GJ7FBeA5g/xr8actjbPEvfZDnqflSVnMLpLW',
  'dhZ8Fg4HjEz/+9En0VJc54S56NbAM+zy6rWLzhnbUOeK5yL/qOnKz3AtrVE+hJFPWCEmftPlwcYdnkQj3c4hxkHeVSTjTusc8d3H',
  '/Xzya3o50XXQdLH93jnUiP53tahBODGMOQm764X2IRvD66PaXR+Yax+PHo5b/KY4bNzjCs73z09nZeMuFtWI+ESYUM2qHgc1Dljz',
  'LdZ40nT46BzCHodZa99hgvlOetcx6+FBmBPHGfLD712tW+wTRnliPOoz4hHbdDEJA4pHfGV4BjoPw7iUc9Tvxx6vt+PO5iNOEdV2',
  '03Evajp+72I0HW+oXsTdqAlu6WaD38HoGtZH8/G9bThmLQ7hbi+LqWu/LM7W5/HPHj8b6pla3JLmajEHy2J+XixmyqImanFTDpbF',
  'ZVq6gxOllIFf1mIk7TJdvYqXqWufti+64cv3znW5L/fYvzTgdvxKinlWTOP+XwV85/BXcfiE/wd4sU7YvAcAAA==',
]);

/** The same convolution in the format from before 2014, and an average pooling. */
const oldNet = unpack([
  'H4sIAAAAAAACA0VPMQ7CMAy0iYUyoZKFqlPVKerYBzR9Ay9oVdgqWiFg7hOY4S+0n+A/OE4kIp2sO9/ZjvmioVN36zLsC+rHy8NS',
  '9UZNCaYqV+UTAXIH0C5cGRCr1xoG1ADzEvrrhzljZk0ea43XPXd/n3gYrYu+mBNfHTLeLxkXdkGcv9ZVppGPw5zKJGQ85JblqDVx',
  'R9mN2Rns5U/X83C3xhyETwVN4zjY/Qu3PEal6gcS1OhtAQEAAA==',
]);

const x = array(
  Float32Array.from({ length: 72 }, (_, i) => (((i * 7) % 23) - 11) / 8),
  { shape: [1, 2, 6, 6] },
);
const run = (f: caffe.CaffeFunction, outputs: readonly string[], options = {}): Variable[] =>
  noBackpropMode(() => usingConfig('train', false, () => f.forward({ data: x }, outputs, options)));

/** Compares the first elements, with numbers of PyTorch 2.13. */
function expectStart(y: Variable | NdArray | undefined, expected: readonly number[]): void {
  const flat = ((y as Variable).array as NdArray).reshape(-1);
  for (const [i, value] of expected.entries()) expect(flat.at(i).itemSync()).toBeCloseTo(value, 4);
}

describe('CaffeFunction', () => {
  test('every kind of layer', () => {
    const f = new CaffeFunction(net);
    const [n, p, fc, prob, sig, g, r] = run(f, ['n', 'p', 'f', 'prob', 'sig', 'g', 'r']);
    expectStart(n, [1.20447, 1.33234, -0.0592975, 0.130085]);
    expectStart(p, [1.33234, 1.56755, 1.56755, 1.51692]);
    expectStart(fc, [3.13217, 6.28594, 3.27857]);
    expectStart(prob, [0.0390903, 0.915656, 0.0452532]);
    expectStart(sig, [0.958201, 0.998141, 0.963686]);
    expectStart(g, [-0.328168, -0.974361]);
    expect([p?.shape, r?.shape, g?.shape]).toEqual([
      [1, 4, 3, 3],
      [1, 72],
      [1, 2, 1, 1],
    ]);
    expect(f.skippedLayers).toEqual([{ name: 'power', type: 'Power' }]);
    expect(Object.keys(f.variables)).toContain('k');
  });

  test('layers are links under their names, and a copy has its own', () => {
    const f = new CaffeFunction(net);
    expect([...f.namedparams()].map(([path]) => path)).toEqual([
      '/conv/1/W',
      '/conv/1/b',
      '/scale/W',
      '/scale/bias/b',
      '/deconv/W',
      '/deconv/b',
      '/fc/W',
      '/fc/b',
    ]);
    const [y] = f.forward({ data: x }, ['f']);
    sum(y as Variable).backward();
    expect([...f.params()].every((p) => p.hasGrad)).toBe(true);
    const copy = f.copy('copy');
    for (const p of copy.params()) p.array.setAt(0, '...');
    expectStart(run(f, ['f'])[0], [3.13217]);
    expectStart(run(copy, ['f'])[0], [0]);
  });

  test('disabled layers; blobs that are given inside', () => {
    const f = new CaffeFunction(net);
    const plain = run(f, ['c'], { disable: ['relu'] })[0] as Variable;
    const rectified = run(f, ['c'])[0] as Variable;
    expect(Number(plain.array.min().itemSync())).toBeCloseTo(4 * Number(rectified.array.min().itemSync()), 5);
    const [prob] = f.forward({ f: array([[0, 0, 0]]) }, ['prob']);
    expectStart(prob, [1 / 3, 1 / 3, 1 / 3]);
  });

  test('the format from before 2014', () => {
    const [y] = run(new CaffeFunction(oldNet), ['p']);
    expect(y?.shape).toEqual([1, 4, 2, 2]);
    expectStart(y, [0.861111, 0.892361, 0.699653, 0.779514, 0.633681, 0.560764]);
  });

  test('what is wrong is named', () => {
    const f = new CaffeFunction(net);
    expect(() => run(f, ['w'])).toThrow(
      "[CaffeFunction] the blob 'w' was not computed; these layers are not supported: 'power' (Power). Blobs are data",
    );
    expect(() => new CaffeFunction('/nowhere.caffemodel')).toThrow(
      '[CaffeFunction] there is no file /nowhere',
    );
    for (const cut of [200, 1000, net.length - 3])
      expect(() => new CaffeFunction(net.subarray(0, cut))).toThrow(
        '[CaffeFunction] the file is incomplete or damaged',
      );
    const of = (layer: object) => () =>
      new CaffeFunction(encode(netFields, { layer: [{ name: 'a', ...layer }] }));
    expect(of({ type: 'Convolution' })).toThrow(
      "[CaffeFunction] layer 'a' (Convolution): blob 0 is missing: the file has no weights",
    );
    expect(of({ type: 'Softmax', softmaxParam: { axis: 2 } })).toThrow(
      'softmax along axis 2 is not supported',
    );
    expect(of({ type: 'LRN', lrnParam: { normRegion: 1 } })).toThrow('normalization within channels');
    expect(of({ type: 'Pooling', poolingParam: { pool: 2, kernelSize: 2 } })).toThrow('stochastic pooling');
    const blobs = [{ shape: { dim: [2, 3] }, data: new Float32Array(5) }];
    expect(of({ type: 'InnerProduct', blobs })).toThrow('blob 0 has 5 values, which do not fit shape [2, 3]');
  });
});
