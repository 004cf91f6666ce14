import { describe, expect, it } from 'vitest';
import {
  arange,
  array,
  broadcastArrays,
  broadcastTo,
  concatenate,
  copyto,
  delete_,
  dtypes,
  expandDims,
  flip,
  lib,
  moveaxis,
  type NdArray,
  ones,
  pad,
  ravel,
  repeat,
  reshape,
  resize,
  roll,
  rot90,
  size,
  split,
  squeeze,
  stack,
  tile,
  transpose,
  trimZeros,
  ValueError,
  zeros,
} from '../index.ts';

const shares = (x: NdArray, y: NdArray) => x.storage === y.storage;
const cube = () => arange(24).reshape(2, 3, 4);

describe('views', () => {
  it.each<[string, (x: NdArray) => NdArray]>([
    ['reshape', (x) => x.reshape(4, -1)],
    ['transpose', (x) => x.transpose(2, 0, 1)],
    ['T', (x) => x.T],
    ['mT', (x) => x.mT],
    ['swapaxes', (x) => x.swapaxes(0, 2)],
    ['moveaxis', (x) => moveaxis(x, [0, 1], [-1, 0])],
    ['expandDims', (x) => expandDims(x, [0, -1])],
    ['squeeze', (x) => squeeze(expandDims(x, 1))],
    ['flip', (x) => flip(x, { axis: [0, 2] })],
    ['rot90', (x) => rot90(x, { k: 3 })],
    ['split', (x) => split(x, 2, { axis: 2 })[1] as NdArray],
    ['diagonal', (x) => x.diagonal({ axis1: 1, axis2: 2 })],
    ['slidingWindowView', (x) => lib.strideTricks.slidingWindowView(x, 2, { axis: 1 })],
    ['broadcastTo', (x) => broadcastTo(x, [5, 2, 3, 4])],
    ['view', (x) => x.view('uint8')],
  ])('%s copies nothing', (_, f) => {
    const x = cube();
    expect(shares(f(x), x)).toBe(true);
  });

  it('reshape copies only where strides leave no choice', () => {
    const x = cube();
    expect(shares(x.transpose(0, 2, 1).reshape(2, 2, 2, 3), x)).toBe(true);
    expect(shares(x.transpose(1, 0, 2).reshape(3, 2, 2, 2), x)).toBe(true);
    const y = x.T.reshape(24);
    expect(shares(y, x)).toBe(false);
    expect(y.at('0:4').tolist()).toEqual([0, 12, 4, 16]);
    expect(shares(x.at('::-1').reshape(2, 12), x)).toBe(true);
  });

  it('reads and writes through other shapes', () => {
    const x = zeros([2, 3]);
    x.T.reshape(3, 2).at(1).fill(7);
    expect(x.tolist()).toEqual([
      [0, 7, 0],
      [0, 7, 0],
    ]);
  });
});

describe('reshape', () => {
  it('takes a list, numbers, or one number, with one -1', () => {
    const x = arange(6);
    expect(
      [x.reshape([2, 3]), x.reshape(2, 3), x.reshape(-1), reshape(x, [3, -1])].map((y) => y.shape),
    ).toEqual([[2, 3], [2, 3], [6], [3, 2]]);
  });

  it('reads and places in Fortran order', () => {
    expect(arange(6).reshape([2, 3], { order: 'F' }).tolist()).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    expect(ravel(arange(6).reshape(2, 3), { order: 'F' }).tolist()).toEqual([0, 3, 1, 4, 2, 5]);
    expect(arange(6).reshape(2, 3).flatten({ order: 'F' }).tolist()).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('handles shapes without elements and without axes', () => {
    expect(zeros([0, 3]).reshape(3, 0).shape).toEqual([3, 0]);
    expect(zeros([0, 3]).reshape(-1, 3).shape).toEqual([0, 3]);
    expect(array(5).reshape(1, 1).tolist()).toEqual([[5]]);
    expect(array([[5]]).reshape([]).shape).toEqual([]);
  });

  it('names the size and the shape that do not fit', () => {
    expect(() => zeros(6).reshape(4, 2)).toThrow(
      '[reshape] cannot reshape an array of size 6 into shape (4, 2)',
    );
    expect(() => zeros(6).reshape(-1, -1)).toThrow(ValueError);
    expect(() => zeros([0]).reshape(-1, 0)).toThrow(ValueError);
  });
});

describe.each(dtypes.map((d) => d.name))('moving elements of %s', (dtype) => {
  const x = arange(0, 6, 1, { dtype }).reshape(2, 3);
  const values = dtype === 'bool' ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5];
  const listed = (y: NdArray) => y.astype('int32').ravel().tolist();

  it('joins, repeats, tiles, rolls and pads', () => {
    const [a, b, c, d, e, f] = values;
    expect(listed(concatenate([x, x.at('::-1')], { axis: 1 }))).toEqual([a, b, c, d, e, f, d, e, f, a, b, c]);
    expect(listed(stack([x, x], { axis: -1 }))).toEqual(values.flatMap((v) => [v, v]));
    expect(listed(repeat(x, [1, 0, 2], { axis: 1 }))).toEqual([a, c, c, d, f, f]);
    expect(listed(tile(x, [1, 2]))).toEqual([a, b, c, a, b, c, d, e, f, d, e, f]);
    expect(listed(roll(x, [1, 1], { axis: [0, 1] }))).toEqual([f, d, e, c, a, b]);
    expect(
      listed(
        pad(
          x,
          [
            [0, 0],
            [1, 2],
          ],
          { mode: 'wrap' },
        ),
      ),
    ).toEqual([c, a, b, c, a, b, f, d, e, f, d, e]);
    expect(listed(delete_(x, 1, { axis: 1 }))).toEqual([a, c, d, f]);
    expect(listed(resize(x, [7]))).toEqual([...values, a]);
  });
});

describe('joining', () => {
  it('promotes', () => {
    const mixed = [zeros(1, { dtype: 'int32' }), ones(1, { dtype: 'float32' })];
    expect(concatenate(mixed).dtype.name).toBe('float64');
    expect(concatenate(mixed, { dtype: 'float32' }).dtype.name).toBe('float32');
    expect(() => concatenate(mixed, { dtype: 'int32' })).toThrow(/cannot cast from float32 to int32/);
  });

  it('writes into out, a view too', () => {
    const out = zeros([4, 2]);
    concatenate([ones(2), ones(2).mul(2)], { out: out.at(':, 1') });
    expect(out.tolist()).toEqual([
      [0, 1],
      [0, 1],
      [0, 2],
      [0, 2],
    ]);
  });

  it('takes the rows of an array', () => {
    expect(concatenate(arange(4).reshape(2, 2)).tolist()).toEqual([0, 1, 2, 3]);
  });

  it('names the shapes that differ', () => {
    expect(() => concatenate([zeros([2, 2]), zeros([2, 3])])).toThrow(
      '[concatenate] shapes (2, 2) and (2, 3) differ outside axis 0',
    );
    expect(() => stack([zeros(2), zeros(3)])).toThrow(/one shape, got \(2,\) and \(3,\)/);
    expect(() => concatenate([])).toThrow(/at least one array is needed/);
  });
});

describe('broadcasting', () => {
  it('repeats without memory', () => {
    const [x, y] = broadcastArrays(arange(3), arange(2).reshape(2, 1)) as [NdArray, NdArray];
    expect([x.strides, y.strides]).toEqual([
      [0, 4],
      [4, 0],
    ]);
  });

  it('names both shapes', () => {
    expect(() => broadcastTo(zeros(3), [2])).toThrow(
      '[broadcastTo] an array of shape (3,) cannot be broadcast to (2,)',
    );
  });
});

describe('copyto', () => {
  it('refuses to lose a kind unless told', () => {
    const x = zeros(2, { dtype: 'int32' });
    expect(() => copyto(x, ones(2))).toThrow(/float32 to int32 under rule 'same_kind'/);
    expect(() => copyto(x, 1.5)).toThrow(/under rule 'same_kind'/);
    copyto(x, 1.5, { casting: 'unsafe' });
    expect(x.tolist()).toEqual([1, 1]);
  });
});

describe('asStrided', () => {
  it('takes byte strides and refuses to leave the memory', () => {
    const x = arange(5, { dtype: 'float64' });
    expect(lib.strideTricks.asStrided(x, { shape: [3, 3], strides: [8, 8] }).tolist()).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ]);
    expect(() => lib.strideTricks.asStrided(x, { shape: [2], strides: [3] })).toThrow(/multiples of 8/);
    expect(() => lib.strideTricks.asStrided(x, { shape: [2], strides: [800] })).toThrow(/outside/);
  });
});

describe('pad', () => {
  it('calls a function for every vector of every axis', () => {
    const seen: number[] = [];
    const y = pad(ones([1, 2], { dtype: 'int32' }), 1, {
      mode: (vector, [before, after], axis) => {
        seen.push(axis);
        vector.at(`:${before}`).fill(axis + 2);
        vector.at(`${vector.size - after}:`).fill(-axis);
      },
    });
    expect(y.tolist()).toEqual([
      [3, 2, 2, -1],
      [3, 1, 1, -1],
      [3, 0, 0, -1],
    ]);
    expect(seen).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  it('refuses options of other modes, unknown modes, and axes with nothing to repeat', () => {
    expect(() => pad(zeros(2), 1, { mode: 'edge', constantValues: 1 })).toThrow(
      /constantValues has no meaning for mode 'edge'/,
    );
    expect(() => pad(zeros(2), 1, { mode: 'nope' as 'edge' })).toThrow(/unknown mode 'nope'/);
    expect(() => pad(zeros(0), 1, { mode: 'reflect' })).toThrow(/axis 0 is empty/);
    expect(() =>
      pad(zeros([2, 2]), [
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ).toThrow(/lists 3 axes, but the array has 2/);
  });
});

describe('the rest', () => {
  it('trims zeros of every axis', () => {
    const x = pad(ones([2, 1], { dtype: 'int32' }), [
      [1, 2],
      [0, 3],
    ]);
    expect(trimZeros(x).shape).toEqual([2, 1]);
    expect(trimZeros(x, { axis: 0, trim: 'b' }).shape).toEqual([3, 4]);
    expect(trimZeros(zeros(3)).shape).toEqual([0]);
  });

  it('counts along axes', () => {
    expect([size(cube()), size(cube(), [0, 2]), size([[1, 2]])]).toEqual([24, 8, 2]);
  });

  it('blames a repeated axis', () => {
    expect(() => transpose(cube(), [0, 0, 1])).toThrow(/repeated axis/);
    expect(() => cube().transpose(0, 1)).toThrow(/do not match an array of dimension 3/);
  });
});
