import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { Npz } from './npz.ts';
import { fakeApi, NdArray } from './testing/fake-api.ts';
import { npz } from './testing/npz-writer.ts';
import { arrayKeys, Decoder, namedDtypes, sliceText } from './values.ts';

const store = new Npz(
  npz({
    x: ['float64', [2], Float64Array.of(1, 2)],
    n: ['int32', [1], Int32Array.of(258)],
  }),
);
const decode = (value: Json): unknown => new Decoder(fakeApi, store).value(value);

describe('Decoder', () => {
  it('leaves plain values as they are', () => {
    for (const value of [3, 2.5, 'valid', true, null, [1, [2, 3]]]) expect(decode(value)).toEqual(value);
  });

  it('knows every form of the table', () => {
    expect(decode({ array: 'x' })).toBeInstanceOf(NdArray);
    expect((decode({ list: [{ array: 'x' }, 1, { list: [] }] }) as unknown[]).slice(1)).toEqual([1, []]);
    expect(decode({ float: 'inf' })).toBe(Number.POSITIVE_INFINITY);
    expect(decode({ float: '-inf' })).toBe(Number.NEGATIVE_INFINITY);
    expect(decode({ float: 'nan' })).toBeNaN();
    expect(decode({ ellipsis: true })).toBe('...');
    expect(decode({ newaxis: true })).toBeNull();
    expect(decode({ dtype: 'float32' })).toBe('float32');
    expect(decode({ complex: [1, -2] })).toEqual({ re: 1, im: -2 });
    expect(decode({ bytes: 'n' })).toEqual(Uint8Array.of(2, 1, 0, 0));
    expect(decode({ function: 'square_and_cube' })).toBeTypeOf('function');
  });

  it('refuses any other form', () => {
    for (const value of [
      {},
      { array: 'x', list: [] },
      { int: 3 },
      { array: 3 },
      { float: '1' },
      { array: 'y' },
    ])
      expect(() => decode(value as Json), JSON.stringify(value)).toThrow(
        expect.objectContaining({ name: 'FormatError' }) as Error,
      );
  });

  it('finds what is not there unsupported', () => {
    for (const value of [{ function: 'gone' }, { initializer: 'Gone', args: [], options: {} }])
      expect(() => decode(value)).toThrow(expect.objectContaining({ name: 'Unsupported' }) as Error);
  });

  it('gives the same array for the same key, a copy in each decoder', () => {
    const decoder = new Decoder(fakeApi, store);
    expect(decoder.value({ array: 'x' })).toBe(decoder.value({ array: 'x' }));
    (decoder.value({ array: 'x' }) as NdArray).setAt(9, 0);
    expect((decode({ array: 'x' }) as NdArray).raw).toEqual(Float64Array.of(1, 2));
  });

  it('wraps the arrays it is told to', () => {
    const decoder = new Decoder(fakeApi, store, (key) => key === 'x');
    expect(decoder.value({ array: 'x' })).not.toBeInstanceOf(NdArray);
    expect(decoder.value({ array: 'n' })).toBeInstanceOf(NdArray);
  });

  it('puts options last, and only where there are any', () => {
    const decoder = new Decoder(fakeApi, store);
    expect(decoder.arguments({ args: [1, null], options: {} })).toEqual([1, null]);
    expect(decoder.arguments({ args: [1], options: { axis: 0 } })).toEqual([1, { axis: 0 }]);
    expect(decoder.arguments({})).toEqual([]);
  });
});

describe('sliceText', () => {
  it('leaves out null parts', () => {
    expect(sliceText([1, 3, null])).toBe('1:3');
    expect(sliceText([null, null, -1])).toBe('::-1');
    expect(sliceText([null, null, null])).toBe(':');
    expect(sliceText([5, null, 0])).toBe('5::0');
    expect(() => sliceText([1])).toThrow(/slice/);
    expect(() => sliceText([1, 2, 3, 4])).toThrow(/slice/);
  });
});

it('collects the arrays and dtypes of values', () => {
  const values = [{ list: [{ array: 'a' }, 1] }, { k: { array: 'b' } }, { dtype: 'int8' }, 'int16', null];
  expect(arrayKeys(values)).toEqual(['a', 'b']);
  expect(namedDtypes(values)).toEqual(['int8']);
});
