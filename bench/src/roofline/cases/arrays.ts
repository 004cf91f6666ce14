import { xp } from 'chainer';
import { bytesOf, type RooflineCase, type RooflineFamily, rand } from '../case.ts';

const million = 1_000_000;

/** A case whose work is to read these arrays and to write a result of so many bytes. */
function moving(
  name: string,
  read: readonly xp.NdArray[],
  written: number,
  step: () => unknown,
): RooflineCase {
  return { name, flops: 0, bytes: bytesOf(...read) + written, step };
}

export const elementwise: RooflineFamily = {
  family: 'elementwise',
  cases: () =>
    [64 * 1024, million, 16 * million].flatMap((n) => {
      const [a, b] = [rand(n), rand(n)];
      const size = n < million ? `${n / 1024}Ki` : `${n / million}e6`;
      const unary = (name: string, step: () => unknown) => moving(`${name} ${size}`, [a], 4 * n, step);
      return [
        unary('negative', () => xp.negative(a)),
        moving(`a + b ${size}`, [a, b], 4 * n, () => a.add(b)),
        moving(`a > b ${size}`, [a, b], n, () => xp.greater(a, b)),
        unary('sqrt', () => xp.sqrt(a)),
        unary('exp', () => xp.exp(a)),
        unary('log', () => xp.log(a)),
        unary('tanh', () => xp.tanh(a)),
        unary('sin', () => xp.sin(a)),
      ];
    }),
};

export const types: RooflineFamily = {
  family: 'elementwise, other types',
  cases() {
    const a = rand(1000, 1000);
    const row = rand(1000);
    const [wide, wider] = [a.astype('float64'), a.astype('float64')];
    const [half, other] = [a.astype('float16'), a.astype('float16')];
    const [whole, more] = [a.mul(100).astype('int32'), a.mul(10).astype('int32')];
    return [
      moving('a + row 1e6', [a, row], 4 * million, () => a.add(row)),
      moving('a + b float64 1e6', [wide, wider], 8 * million, () => wide.add(wider)),
      moving('a + b float16 1e6', [half, other], 2 * million, () => half.add(other)),
      moving('a + b int32 1e6', [whole, more], 4 * million, () => whole.add(more)),
      moving('float32 to float64 1e6', [a], 8 * million, () => a.astype('float64')),
    ];
  },
};

export const reductions: RooflineFamily = {
  family: 'reduction',
  cases() {
    const a = rand(1000, 1000);
    const image = rand(8, 64, 56, 56);
    return [
      moving('sum of all 1e6', [a], 4, () => a.sum()),
      moving('sum over axis 0 1e6', [a], 4000, () => a.sum(0)),
      moving('sum over axis 1 1e6', [a], 4000, () => a.sum(1)),
      moving('sum over axes 0, 2, 3 of 8×64×56×56', [image], 256, () => image.sum([0, 2, 3])),
      moving('max over axis 0 1e6', [a], 4000, () => a.max(0)),
      moving('max over axis 1 1e6', [a], 4000, () => a.max(1)),
      moving('argmax over axis 1 1e6', [a], 8000, () => a.argmax(1)),
      moving('variance of all 1e6', [a], 4, () => a.var()),
    ];
  },
};

export const copies: RooflineFamily = {
  family: 'copy',
  cases() {
    const a = rand(1000, 1000);
    const image = rand(8, 64, 56, 56);
    const columns = a.at(':', '::2');
    return [
      moving('copy 1e6', [a], 4 * million, () => a.copy()),
      moving('transpose 1000×1000', [a], 4 * million, () => a.T.copy()),
      moving('N,C,H,W to N,H,W,C', [image], bytesOf(image), () => image.transpose([0, 2, 3, 1]).copy()),
      moving('every other column', [columns], bytesOf(columns), () => columns.copy()),
      moving('concatenate along axis 1', [a, a], 8 * million, () => xp.concatenate([a, a], { axis: 1 })),
      moving('fill 1e6', [], 4 * million, () => xp.zeros([million])),
    ];
  },
};

export const indexing: RooflineFamily = {
  family: 'gather and scatter',
  cases() {
    const table = rand(10_000, 650);
    const rows = xp.random.randint(0, { high: 10_000, size: [1000] }).astype('int32');
    const taken = rand(1000, 650);
    const flat = rand(million);
    const places = xp.random.permutation(million).astype('int32');
    return [
      moving('1000 rows of 650', [rows, taken], bytesOf(taken), () => xp.take(table, rows, 0)),
      moving('add to 1000 rows of 650', [rows, taken], 2 * bytesOf(taken), () => {
        xp.scatterAdd(table, rows, taken);
      }),
      moving('a million single elements', [flat, places], 4 * million, () => xp.take(flat, places)),
    ];
  },
};

export const random: RooflineFamily = {
  family: 'random numbers',
  cases: () => [
    moving('uniform float32 1e6', [], 4 * million, () => xp.random.uniform({ size: million })),
    moving('normal float32 1e6', [], 4 * million, () => xp.random.normal({ size: million })),
    moving('integers 1e6', [], 8 * million, () => xp.random.randint(0, { high: 10, size: [million] })),
  ],
};
