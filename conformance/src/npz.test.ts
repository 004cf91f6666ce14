import { describe, expect, it } from 'vitest';
import { inCOrder, Npz, readNpy, readZip } from './npz.ts';
import { little, npy, zip } from './testing/npz-writer.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

describe('readZip', () => {
  it('reads stored and deflated entries', () => {
    const entries = readZip(
      zip([
        { name: 'a', content: [1, 2, 3] },
        { name: 'b/c', content: [1, 2, 3], deflate: true },
        { name: 'd', content: [] },
      ]),
    );
    expect([...entries.keys()]).toEqual(['a', 'b/c', 'd']);
    expect([...(entries.get('a') ?? [])]).toEqual([1, 2, 3]);
    expect([...(entries.get('b/c') ?? [])]).toEqual([1, 2, 3]);
    expect(entries.get('d')).toHaveLength(0);
  });

  it('refuses a wrong checksum and what is no archive', () => {
    expect(() => readZip(zip([{ name: 'a', content: [1, 2, 3], sum: 1 }]))).toThrow(/a has a wrong checksum/);
    expect(() => readZip(new Uint8Array(100))).toThrow(/not a zip file/);
  });
});

describe('readNpy', () => {
  it('reads every dtype in its own storage', () => {
    const cases: [string, number, string][] = [
      ['|b1', 1, 'bool'],
      ['|i1', 1, 'int8'],
      ['<i2', 2, 'int16'],
      ['<i4', 4, 'int32'],
      ['<i8', 8, 'int64'],
      ['|u1', 1, 'uint8'],
      ['<u2', 2, 'uint16'],
      ['<u4', 4, 'uint32'],
      ['<u8', 8, 'uint64'],
      ['<f2', 2, 'float16'],
      ['<f4', 4, 'float32'],
      ['<f8', 8, 'float64'],
      ['<c8', 8, 'complex64'],
      ['<c16', 16, 'complex128'],
    ];
    for (const [descr, width, dtype] of cases) {
      const read = readNpy(npy(descr, '1,', new Uint8Array(width).fill(1)));
      expect(read).toMatchObject({ type: 'array', dtype, shape: [1], fortran: false });
      expect(read.type === 'array' && read.data.byteLength).toBe(width);
    }
  });

  it('reads values, little and big endian, in versions 1 to 3', () => {
    for (const version of [1, 2, 3]) {
      const read = inCOrder(readNpy(npy('<i4', '2,', [1, 0, 0, 0, 255, 255, 255, 255], { version })));
      expect(read).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(1, -1) });
    }
    expect(inCOrder(readNpy(npy('>i2', '2,', [1, 2, 0, 3]))).data).toEqual(Int16Array.of(258, 3));
    expect(inCOrder(readNpy(npy('<i8', '', [255, 255, 255, 255, 255, 255, 255, 127])))).toEqual({
      dtype: 'int64',
      shape: [],
      data: BigInt64Array.of(2n ** 63n - 1n),
    });
  });

  it('puts Fortran order in C order, complex pairs together', () => {
    const stored = readNpy(npy('|u1', '2, 3', [1, 4, 2, 5, 3, 6], { fortran: true }));
    expect(stored).toMatchObject({ fortran: true, data: Uint8Array.of(1, 4, 2, 5, 3, 6) });
    expect(inCOrder(stored).data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    const pairs = new Uint8Array(Float32Array.of(1, -1, 3, -3, 2, -2, 4, -4).buffer);
    expect(inCOrder(readNpy(npy('<c8', '2, 2', pairs, { fortran: true }))).data).toEqual(
      Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4),
    );
  });

  it('reads strings and None', () => {
    expect(readNpy(npy('<U3', '', [...little(91, 4), ...little(0x1f600, 4), 0, 0, 0, 0]))).toEqual({
      type: 'string',
      dtype: '<U3',
      shape: [],
      strings: ['[😀'],
    });
    // numpy.save(f, numpy.array(None)): the end of the pickle is ] q \f N a t q \r b .
    const none = [...ascii('\x80\x03cnumpy.core.multiarray\n_reconstruct\n\x89]q\x0cNatq\rb.')];
    expect(readNpy(npy('|O', '', none))).toEqual({ type: 'none', dtype: 'object', shape: [] });
    const one = [...ascii('\x80\x03cnumpy.core.multiarray\n_reconstruct\n\x89]q\x0cK\x01atq\rb.')];
    expect(() => readNpy(npy('|O', '', one))).toThrow(/not None/);
  });

  it('refuses a size that does not fit', () => {
    expect(() => readNpy(npy('<f4', '2,', [0, 0, 0, 0]))).toThrow(/4 bytes for float32\[2\]/);
    expect(() => readNpy(npy('<m8', '', new Uint8Array(8)))).toThrow(/<m8/);
    expect(() => readNpy(Uint8Array.from(ascii('no array at all')))).toThrow(/not an .npy/);
  });
});

describe('Npz', () => {
  it('finds arrays by key', () => {
    const npz = new Npz(zip([{ name: 'l1/W.npy', content: [1, 2, 3] }]));
    expect(npz.keys()).toEqual(['l1/W']);
    expect(npz.has('l1/W')).toBe(true);
    expect(npz.has('l1/b')).toBe(false);
    expect(() => npz.get('l1/b')).toThrow(/no l1\/b/);
    expect(new Npz().keys()).toEqual([]);
  });
});
