import { afterEach, describe, expect, it } from 'vitest';
import type { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { devices } from '../node.ts'; // with the cpu device, where its addon is built
import { getRandomState, rand, randn, seed, setRandomState, uniform } from './index.ts';
import { RandomState } from './random-state.ts';
import type { StreamState } from './stream.ts';

const numbers = (x: NdArray) => flatScalars(x).map(Number);

/** One call of everything that draws. */
function everything(rs: RandomState, device: string): NdArray[] {
  return [
    rs.random({ size: 7, device }),
    rs.random({ size: 5, dtype: 'float64', device }),
    rs.random({ size: 5, dtype: 'float16', device }),
    rs.uniform({ low: -2, high: 5, size: [3, 3], device }),
    rs.randn(2, 3, { device }),
    rs.normal({ loc: 1, scale: 2, size: 5, dtype: 'float64', device }),
    rs.gumbel({ size: 9, device }),
    rs.laplace({ size: 9, device }),
    rs.exponential({ size: 9, device }),
    rs.lognormal({ size: 9, device }),
    rs.binomial(10, 0.3, { size: 9, device }),
    rs.randint(-5, { high: 20, size: 33, device }),
    rs.randint(0, { high: 2 ** 40, size: 3, dtype: 'int64', device }),
    rs.randint(16, { size: 9, device }),
    rs.randint(0, { high: 2 ** 32, size: 9, dtype: 'uint32', device }),
    rs.randint(-(2n ** 40n), { high: 7n - 2n ** 40n, size: 9, dtype: 'int64', device }),
    rs.binomial(array(new Int32Array([1, 50]), { device }), 0.4, { size: [3, 2] }),
    rs.geometric(0.2, { size: 9, device }),
    rs.weibull(1.5, { size: 9, dtype: 'bfloat16', device }),
    rs.permutation(20, { device }),
    rs.permutation(
      array(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        { device },
      ),
    ),
    rs.choice(10, { size: 4, replace: false, device }),
    rs.choice(3, { size: 4, p: [0.2, 0.3, 0.5], device }),
    rs.fill('bits', rs.randint(2, { size: 6, dtype: 'uint32', device })),
  ];
}

describe('a stream', () => {
  it.each(devices().map((d) => d.name))('gives the numbers of the host on %s', (device) => {
    const rs = new RandomState(123);
    const bits = rs.fill('bits', new RandomState(0).randint(1, { size: 11, dtype: 'uint32', device }));
    const reader = new RandomState(123).reader();
    expect(numbers(bits)).toEqual(Array.from({ length: 11 }, () => reader.next()));
    const u = numbers(new RandomState(123).random({ size: 3, device }));
    const words = new RandomState(123).reader();
    expect(u).toEqual(u.map(() => (words.next() >>> 8) * 2 ** -24));
  });

  it.each(devices().map((d) => d.name))('is the same on %s as on js', (device) => {
    const expected = everything(new RandomState(2024), 'js').map(numbers);
    const got = everything(new RandomState(2024), device);
    got.forEach((x, k) => {
      const tolerance = x.dtype.itemsize === 2 ? 2 ** -7 : x.dtype.kind === 'f' ? 2e-6 : 0;
      numbers(x).forEach((v, i) => {
        const e = expected[k]?.[i] as number;
        expect(Math.abs(v - e)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(e)));
      });
    });
  });

  it('repeats from a seed and differs between seeds and calls', () => {
    const draw = (s: number | bigint) => numbers(new RandomState(s).rand(8));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(2n ** 32n)).not.toEqual(draw(0));
    const rs = new RandomState(7);
    expect(numbers(rs.rand(8))).not.toEqual(numbers(rs.rand(8)));
    expect(numbers(new RandomState().rand(8))).not.toEqual(numbers(new RandomState().rand(8)));
  });

  it('continues from a state that went through JSON', () => {
    const rs = new RandomState(11);
    everything(rs, 'js');
    const state = JSON.parse(JSON.stringify(rs.getState())) as StreamState;
    const next = everything(rs, 'js').map(numbers);
    const other = new RandomState(0);
    other.setState(state);
    expect(everything(other, 'js').map(numbers)).toEqual(next);
  });

  it('counts beyond 2 ** 32 blocks', () => {
    const rs = new RandomState(1);
    rs.setState({ algorithm: 'philox4x32-10', key: [1, 0], offset: 2 ** 32 - 1 });
    const across = numbers(rs.fill('bits', new RandomState(0).randint(1, { size: 8, dtype: 'uint32' })));
    rs.setState({ algorithm: 'philox4x32-10', key: [1, 0], offset: 2 ** 32 });
    expect(numbers(rs.fill('bits', new RandomState(0).randint(1, { size: 4, dtype: 'uint32' })))).toEqual(
      across.slice(4),
    );
    rs.seed(1);
    expect(numbers(rs.fill('bits', new RandomState(0).randint(1, { size: 4, dtype: 'uint32' })))).not.toEqual(
      across.slice(4),
    );
  });

  it('refuses seeds and states that cannot be', () => {
    expect(() => new RandomState(-1)).toThrow('[seed] a seed is a non-negative integer');
    expect(() => new RandomState(1.5)).toThrow('got 1.5');
    expect(() => new RandomState(2n ** 64n)).toThrow('got 18446744073709551616');
    const rs = new RandomState(0);
    expect(() => rs.setState({} as StreamState)).toThrow(
      '[setState] expected the state of a philox4x32-10 stream, got {}',
    );
    expect(() => rs.setState({ ...rs.getState(), offset: -1 })).toThrow(
      'offset must be a non-negative integer, got -1',
    );
  });
});

describe('the default stream', () => {
  const before = getRandomState();
  afterEach(() => {
    setRandomState(before);
  });

  it('starts again from a seed', () => {
    seed(3);
    const first = numbers(rand(4));
    const normal = numbers(randn(2, 2));
    seed(3);
    expect(numbers(rand(4))).toEqual(first);
    expect(numbers(randn(2, 2))).toEqual(normal);
    setRandomState(new RandomState(3));
    expect(numbers(uniform({ size: 4 }))).toEqual(first);
  });

  it('takes a dtype after the extents, and gives the default float', () => {
    expect(rand(2, 3).dtype.name).toBe('float32');
    expect(rand(2, 3, { dtype: 'float64' }).shape).toEqual([2, 3]);
    expect(rand().shape).toEqual([]);
    expect(() => rand(2, { dtype: 'int32' })).toThrow('[rand] dtype must be floating, got int32');
  });
});
