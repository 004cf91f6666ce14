import { describe, expect, it } from 'vitest';
import { apply, input } from '../../index.ts';
import { emptyOn, js, Kernel, type OpName, type TypedArray } from '../../internal.ts';
import { onBoth } from './programs.testing.ts';
import type { Pair, Sides } from './sides.testing.ts';

const two: readonly OpName[] = [
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
const one: readonly OpName[] = [
  'neg',
  'abs',
  'square',
  'sign',
  'reciprocal',
  'invert',
  'bitCount',
  'signbit',
];

/** Floats that integers of 32 bits and less hold, if only modulo their range, and those that none holds. */
const even = [0, -0, 0.5, -0.5, 1.99, -1.99, 127, 128, -129, 255.5, 256, 32768, -32769, 65536, 2 ** 31 - 128];
const odd = [NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 2 ** 32 + 300, -(2 ** 32) - 300, 3e9, -3e9, 1e15];

/** Integers at the ends of their types, and floats that become integers. */
export function integerTests(sides: Sides): void {
  const { device, dtypes, both, pair, raw, outputs, difference } = sides;
  const integers = dtypes.filter((d) => d.kind === 'i' || d.kind === 'u');

  describe('integers at the ends of their types', () => {
    for (const d of integers) {
      it(d.name, async () => {
        const bits = BigInt(8 * d.itemsize);
        const top = d.kind === 'i' ? 2n ** (bits - 1n) : 2n ** bits;
        const low = d.kind === 'i' ? -top : 0n;
        const near = [0n, 1n, 2n, 3n, 7n];
        const ends = [...near.map((k) => low + k), ...near.map((k) => top - 1n - k), ...near];
        if (d.kind === 'i') ends.push(...near.map((k) => -k));
        if (d.itemsize === 8)
          for (const e of [31n, 32n, 52n, 53n, 62n]) ends.push(...near.map((k) => 2n ** e - 3n + k));
        // In blocks of their own and beside small ones, which are computed in another way.
        for (const list of [ends, ends.filter((v) => v >= -(2n ** 40n) && v <= 2n ** 40n)]) {
          const n = list.length ** 2;
          const operand = (value: (i: number) => bigint): Pair => {
            const elements: TypedArray = new d.TypedArray(n);
            for (let i = 0; i < n; i++)
              (elements as Record<number, unknown>)[i] = d.itemsize === 8 ? value(i) : Number(value(i));
            return raw(d, [n], elements);
          };
          const a = operand((i) => list[i % list.length]!);
          const b = operand((i) => list[Math.floor(i / list.length)]!);
          for (const [names, inputs] of [
            [two, [a, b]],
            [one, [a]],
          ] as const) {
            for (const op of names) {
              const kernel = new Kernel(op, [apply(op, ...inputs.map((_, k) => input(k)))]);
              const program = kernel.program(inputs.map((p) => p[0]));
              if (!program.types.every((t) => device.supports(t))) continue;
              const [out] = onBoth(sides, program, inputs, [n]);
              expect(await difference(out!), op).toBeNull();
            }
          }
          for (const other of dtypes) {
            if (other.kind === 'c') continue;
            const out = outputs(other, [n]);
            both((on, k) => on.kernels.copy(a[k], out[k]));
            expect(await difference(out), `to ${other.name}`).toBeNull();
          }
        }
      });
    }
  });

  describe('floats become integers', () => {
    for (const from of dtypes.filter((d) => d.kind === 'f')) {
      it(from.name, async () => {
        for (const list of [even, [...even, ...odd]]) {
          const n = 16 * list.length;
          const a = pair(from, [n], (i) => list[i % list.length]!);
          for (const to of integers) {
            const out: Pair = [emptyOn(js, [n], to), emptyOn(device, [n], to)];
            both((on, k) => on.kernels.copy(a[k], out[k]));
            expect(await difference(out), `to ${to.name}`).toBeNull();
          }
        }
      });
    }
  });
}
