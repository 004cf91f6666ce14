import { apply, input } from '@chainer/xp';
import { dtypes, emptyOn, js, Kernel, type NdArray, type OpName } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, outputs, type Pair, pair } from './both.testing.ts';

const integers = dtypes.filter((d) => d.kind === 'i' || d.kind === 'u');

/** Both devices over the same operands. */
function both(op: OpName, inputs: readonly Pair[], n: number): Pair {
  const program = new Kernel(op, [apply(op, ...inputs.map((_, k) => input(k)))]).program(
    inputs.map((p) => p[0]),
  );
  const out = outputs(program.outputs[0]!.dtype, [n], 'dense');
  [js, cpu].forEach((device, k) => {
    device.kernels.elementwise(
      program,
      inputs.map((p) => p[k] as NdArray),
      [out[k] as NdArray],
      [n],
    );
  });
  return out;
}

describe('integers at the ends of their types', () => {
  for (const d of integers) {
    it(d.name, () => {
      const bits = BigInt(8 * d.itemsize);
      const top = d.kind === 'i' ? 2n ** (bits - 1n) : 2n ** bits;
      const low = d.kind === 'i' ? -top : 0n;
      const near = [0n, 1n, 2n, 3n, 7n];
      const ends = [...near.map((k) => low + k), ...near.map((k) => top - 1n - k), ...near];
      if (d.kind === 'i') ends.push(...near.map((k) => -k));
      if (d.itemsize === 8)
        for (const e of [31n, 32n, 52n, 53n, 62n]) ends.push(...near.map((k) => 2n ** e - 3n + k));
      // In blocks of their own and beside small ones, which are computed in another way.
      for (const values of [ends, ends.filter((v) => v >= -(2n ** 40n) && v <= 2n ** 40n)]) {
        const n = values.length ** 2;
        const operand = (value: (i: number) => bigint): Pair => {
          const raw = new d.TypedArray(n);
          for (let i = 0; i < n; i++)
            (raw as Record<number, unknown>)[i] = d.itemsize === 8 ? value(i) : Number(value(i));
          const p = pair(d, [n], () => 0);
          for (const x of p) x.device.write(x, raw);
          return p;
        };
        const [a, b] = [
          operand((i) => values[i % values.length]!),
          operand((i) => values[Math.floor(i / values.length)]!),
        ];
        const two: OpName[] = [
          'add',
          'sub',
          'mul',
          'floordiv',
          'mod',
          'fmod',
          'maximum',
          'lt',
          'eq',
          'gcd',
          'lcm',
        ];
        const one: OpName[] = ['neg', 'abs', 'square', 'sign', 'reciprocal', 'invert', 'bitCount', 'signbit'];
        for (const op of two) expect(difference(both(op, [a, b], n)), op).toBeNull();
        for (const op of one) expect(difference(both(op, [a], n)), op).toBeNull();
        for (const other of dtypes) {
          if (other.kind === 'c') continue;
          const out = outputs(other, [n], 'dense');
          [js, cpu].forEach((device, k) => {
            device.kernels.copy(a[k] as NdArray, out[k] as NdArray);
          });
          expect(difference(out), `to ${other.name}`).toBeNull();
        }
      }
    });
  }
});

describe('floats become integers', () => {
  const odd = [
    NaN,
    Infinity,
    -Infinity,
    2 ** 31,
    -(2 ** 31),
    2 ** 32 + 300,
    -(2 ** 32) - 300,
    3e9,
    -3e9,
    1e15,
  ];
  const even = [
    0,
    -0,
    0.5,
    -0.5,
    1.99,
    -1.99,
    127,
    128,
    -129,
    255.5,
    256,
    32768,
    -32769,
    65536,
    2 ** 31 - 128,
  ];
  for (const from of dtypes.filter((d) => d.kind === 'f')) {
    it(from.name, () => {
      for (const values of [even, [...even, ...odd]]) {
        const n = 16 * values.length;
        const a = pair(from, [n], (i) => values[i % values.length]!);
        for (const to of integers) {
          const out: Pair = [emptyOn(js, [n], to), emptyOn(cpu, [n], to)];
          [js, cpu].forEach((device, k) => {
            device.kernels.copy(a[k] as NdArray, out[k] as NdArray);
          });
          expect(difference(out), `to ${to.name}`).toBeNull();
        }
      }
    });
  }
});
