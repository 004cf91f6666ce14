// What users do wrong with arrays, and what they are told: each message names the function and both values, or the cure.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as xp from './node.ts';

/** What is done, and what the message says. */
type Mistake = readonly [what: string, mistake: () => unknown, message: RegExp];

const wrong = xp as unknown as Record<string, (...args: unknown[]) => unknown>;

describe('mistakes with arrays', () => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(() => {
    before = xp.setDefaultDevice('js');
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  const a = xp.ones([2, 3], { device: 'js' });
  const anything = a as unknown as Record<string, (...args: unknown[]) => unknown>;

  describe('shapes', () => {
    it.each<Mistake>([
      [
        'adding what does not broadcast',
        () => a.add(xp.ones([4])),
        /^\[add\] shapes \(2, 3\) and \(4,\) cannot be broadcast together$/,
      ],
      [
        'out of another shape',
        () => xp.add(a, a, { out: xp.ones([3]) }),
        /^\[add\] out has shape \(3,\) but the result has shape \(2, 3\)$/,
      ],
      ['in place into something smaller', () => xp.ones([3]).iadd(a), /^\[add\] .*\(3,\).*\(2, 3\)/],
      [
        'reshaping to another size',
        () => a.reshape(4, 2),
        /^\[reshape\] cannot reshape an array of size 6 into shape \(4, 2\)$/,
      ],
      [
        'two unknown extents',
        () => a.reshape(-1, -1),
        /^\[reshape\] bad shape \(-1, -1\): .* one may be -1$/,
      ],
      [
        'transposing an axis that is not there',
        () => a.transpose(0, 2),
        /^\[transpose\] axis 2 is out of bounds for an array of dimension 2$/,
      ],
      [
        'concatenating shapes that differ',
        () => xp.concatenate([a, xp.ones([2, 4])]),
        /^\[concatenate\] shapes \(2, 3\) and \(2, 4\) differ outside axis 0$/,
      ],
      ['concatenating nothing', () => xp.concatenate([]), /^\[concatenate\] at least one array is needed$/],
      [
        'stacking shapes that differ',
        () => xp.stack([a, xp.ones([3, 2])]),
        /^\[stack\] all arrays have one shape, got \(2, 3\) and \(3, 2\)$/,
      ],
      [
        'splitting unevenly',
        () => xp.split(a, 2, { axis: 1 }),
        /^\[split\] an axis of 3 elements does not split into 2 equal parts$/,
      ],
      [
        'squeezing an axis that is not 1',
        () => a.squeeze(0),
        /^\[squeeze\] axis 0 of shape \(2, 3\) has extent 2, not 1$/,
      ],
      [
        'broadcasting to another size',
        () => xp.broadcastTo(a, [3, 3]),
        /^\[broadcastTo\] an array of shape \(2, 3\) cannot be broadcast to \(3, 3\)$/,
      ],
      [
        'matmul',
        () => a.matmul(a),
        /^\[matmul\] a has 3 columns but b has 2 rows \(a: float32\(2, 3\), b: float32\(2, 3\)\)$/,
      ],
      [
        'einsum',
        () => xp.einsum('ij,jk->ik', a, a),
        /^\[einsum\] label 'j' .* has extent 3, but 2 on axis 0 of operand 1/,
      ],
      [
        'ragged lists',
        () => xp.array([[1, 2], [3]]),
        /^\[array\] lists are ragged: one has shape \(1,\) where \(2,\) was expected$/,
      ],
      [
        'a negative extent',
        () => xp.zeros([-1]),
        /^\[zeros\] extents of a shape are integers from 0 on, got \(-1,\)$/,
      ],
      [
        'the maximum of nothing',
        () => xp.zeros([0]).max(),
        /^\[max\] x has shape \(0,\): there is nothing to choose from/,
      ],
    ])('%s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });
  });

  describe('axes and indices', () => {
    it.each<Mistake>([
      [
        'an axis that is not there',
        () => a.sum(2),
        /^\[sum\] axis 2 is out of bounds for an array of dimension 2$/,
      ],
      ['an axis given twice', () => a.sum([0, -2]), /^\[sum\] duplicate axis in \[0, -2\]$/],
      ['an index past the end', () => a.at(0, 3), /^\[at\] index 3 is out of bounds for axis 1 with size 3$/],
      [
        'an index before the beginning',
        () => a.at(-3),
        /^\[at\] index -3 is out of bounds for axis 0 with size 2$/,
      ],
      [
        'more indices than axes',
        () => a.at(0, 0, 0),
        /^\[at\] too many indices: the array is 2-dimensional, but 3 axes were indexed$/,
      ],
      ['a fraction', () => a.at(0.5), /^\[at\] an index is an integer, got 0\.5 for axis 0$/],
      [
        'an array of floats',
        () => a.at(xp.array([0.5])),
        /^\[at\] index arrays are integer or boolean, got float32$/,
      ],
      [
        'a text that is no slice',
        () => anything.at?.('x'),
        /^\[at\] cannot read index "x".*expected forms such as '2', '1:3'/,
      ],
      [
        'a list with an index past the end',
        () => a.at([0, 5]),
        /^\[at\] index 5 is out of bounds for axis 0 with size 2$/,
      ],
      [
        'a mask of another length',
        () => a.at(xp.ones([3], { dtype: 'bool' })),
        /^\[at\] a boolean index of shape \(3,\) does not fit: its axis 0 has 3 elements, axis 0 of the array has 2$/,
      ],
      ['a step of 0', () => anything.at?.('::0'), /^\[at\] the step of a slice cannot be 0, got "::0"$/],
      [
        'a value that does not fit',
        () => a.setAt(xp.ones([4]), 0),
        /^\[setAt\] a value of shape \(4,\) cannot be assigned to a selection of shape \(3,\)$/,
      ],
    ])('%s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });
  });

  describe('dtypes and values', () => {
    const small = xp.zeros([2], { dtype: 'uint8', device: 'js' });
    it.each<Mistake>([
      [
        'a dtype of that name does not exist',
        () => xp.zeros([2], { dtype: 'float' as never }),
        /^\[dtype\] unknown dtype "float"; expected one of bool, int8, .*float32/,
      ],
      [
        'float into integer in place',
        () => xp.zeros([2], { dtype: 'int32' }).iadd(xp.array([0.5, 1])),
        /^\[add\] cannot cast the result from float64 to out's int32 under rule 'same_kind'$/,
      ],
      ['bits of floats', () => xp.bitwiseAnd(a, a), /^\[bitwiseAnd\] not supported for float32 and float32$/],
      [
        'a number beside uint8 that does not fit',
        () => small.add(300),
        /^\[add\] the integer 300 is out of bounds for uint8$/,
      ],
      [
        'an element that does not fit uint8',
        () => xp.array([1, 300], { dtype: 'uint8' }),
        /^\[array\] the integer 300 is out of bounds for uint8 \(0 to 255\); choose a wider dtype/,
      ],
      [
        'a negative element in an unsigned array',
        () => xp.array([-1], { dtype: 'uint32' }),
        /^\[array\] the integer -1 is out of bounds for uint32 \(0 to 4294967295\)/,
      ],
      [
        'a bigint that does not fit int64',
        () => xp.array([2n ** 63n]),
        /^\[array\] the integer 9223372036854775808 is out of bounds for int64/,
      ],
      [
        'reading an int64 that no number holds',
        () => xp.array([2n ** 53n + 1n]).toArraySync(),
        /^\[toArraySync\] element 9007199254740993 of int64 has no exact number; read it with \{bigint: true\}$/,
      ],
      [
        'the same by item',
        () => xp.array([-(2n ** 60n)]).itemSync(),
        /^\[item\] .*read it with \{bigint: true\}$/,
      ],
      [
        'a scalar of many elements',
        () => a.itemSync(),
        /^\[item\] only an array of one element converts to a scalar; this one has 6$/,
      ],
      [
        'texts as elements',
        () => wrong.array?.(['a']),
        /^\[array\] elements are numbers, bigints, booleans or complex numbers, got a$/,
      ],
      ['undefined as elements', () => wrong.array?.(undefined), /^\[array\] elements are .* got undefined$/],
      [
        'an integer default',
        () => xp.setDefaultDtype('int32'),
        /^\[setDefaultDtype\] the default dtype must be floating, got int32$/,
      ],
    ])('%s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });

    it('fractions are cut off and extremes fit', () => {
      expect(xp.array([1.7, -1.7], { dtype: 'int32' }).toArraySync()).toEqual([1, -1]);
      const extremes = xp.array([-(2n ** 63n), 2n ** 63n - 1n]);
      expect(extremes.toArraySync({ bigint: true })).toEqual([-(2n ** 63n), 2n ** 63n - 1n]);
      expect(xp.array([0, 255], { dtype: 'uint8' }).toArraySync()).toEqual([0, 255]);
    });
  });

  describe('things that are no arrays', () => {
    it.each<Mistake>([
      [
        'a list as operand',
        () => anything.add?.([1, 2, 3]),
        /^\[add\] operands are arrays or scalars, got a JavaScript array; make an array of it with array\(x\)$/,
      ],
      [
        'nothing as operand',
        () => anything.add?.(undefined),
        /^\[add\] operands are arrays or scalars, got undefined$/,
      ],
      [
        "JavaScript's plus",
        () => (a as unknown as number) + 1,
        /JavaScript's operators do not work on arrays of 6 elements; use methods: x\.add\(y\)/,
      ],
      ["JavaScript's comparison", () => (a as unknown as number) > 1, /use methods: .*x\.lt\(y\)/],
      [
        'too few operands of a kernel',
        () => new xp.ElementwiseKernel('mine', 2, (x, y) => x.add(y)).call([a]),
        /^\[mine\] the kernel takes 2 operands, got 1$/,
      ],
      [
        'operands of a kernel that do not broadcast',
        () => new xp.ElementwiseKernel('mine', 2, (x, y) => x.add(y)).call([a, xp.ones([4])]),
        /^\[mine\] shapes \(2, 3\) and \(4,\)/,
      ],
    ])('%s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });
  });

  describe('random numbers', () => {
    it.each<Mistake>([
      [
        'a negative deviation',
        () => xp.random.normal({ scale: -1 }),
        /^\[normal\] scale must be >= 0, got -1$/,
      ],
      [
        'an empty range',
        () => xp.random.randint(5, { high: 2 }),
        /^\[randint\] low must be below high, got low=5, high=2$/,
      ],
      [
        'more than there are',
        () => xp.random.choice(3, { size: 5, replace: false }),
        /^\[choice\] cannot choose 5 of 3 without replacement; pass \{replace: true\}/,
      ],
      [
        'probabilities that do not sum to 1',
        () => xp.random.choice(2, { p: [0.25, 0.25] }),
        /^\[choice\] p must sum to 1, got 0\.5$/,
      ],
      [
        'a seed that is no integer',
        () => xp.random.seed('x' as never),
        /^\[seed\] a seed is a non-negative integer .* got x$/,
      ],
    ])('%s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });
  });
});
