import { describe, expect, it } from 'vitest';
import { dtypes } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { arrayRepr } from '../text/index.ts';
import { hostArray, hostScalar } from './host-array.ts';
import { fromNpy } from './load.ts';
import { toNpy } from './npy.ts';

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));

// Written by NumPy 2.
const fortran =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAABAQAAAgD8AAIBAAAAAQAAAoEA=';
const none =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWHAAAAAAAAAIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBKWgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlE5hdJRiLg==';
const noneProtocol2 =
  'gAJjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQBjbnVtcHkKbmRhcnJheQpxAUsAhXECY19jb2RlY3MKZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBKWNudW1weQpkdHlwZQpxClgCAAAATzhxC4mIh3EMUnENKEsDWAEAAAB8cQ5OTk5K/////0r/////Sz90cQ9iiV1xEE5hdHERYi4=';
const otherObject =
  'gASVjQAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsChZRoA4wFZHR5cGWUk5SMAk84lImIh5RSlChLA4wBfJROTk5K/////0r/////Sz90lGKJXZQoTksBZXSUYi4=';

/** A file with that header text and data. */
function file(header: string, data: Uint8Array | readonly number[], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...length,
    ...text,
    ...data,
  ]);
}
const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('toNpy', () => {
  it("gives NumPy's bytes", () => {
    const x = array(Float32Array.from([0, 1, 2, 3, 4, 5]), { shape: [2, 3], dtype: 'float32' });
    const f = new NdArray(array(Float32Array.from([0, 3, 1, 4, 2, 5])).storage, x.dtype, [2, 3], [1, 2]);
    expect(base64(toNpy(f))).toBe(fortran);
    const text = new TextDecoder('latin1').decode(toNpy(x));
    expect(text.slice(10, 128)).toBe(
      `${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
    );
  });

  it('and fromNpy keep every dtype, shape and order', () => {
    for (const d of dtypes) {
      const values = d.kind === 'u' || d.kind === 'b' ? [0, 1, 1, 0, 1, 0] : [0, 1, -2, 3, -4, 5];
      const flat = array(values, { dtype: d });
      for (const x of [
        flat,
        new NdArray(flat.storage, d, [2, 3]),
        new NdArray(flat.storage, d, [3, 2], [1, 3]),
        new NdArray(flat.storage, d, [3], [2], 1),
        new NdArray(flat.storage, d, [], [], 3),
        new NdArray(flat.storage, d, [2, 0]),
      ]) {
        const back = fromNpy(toNpy(x)) as NdArray;
        expect(arrayRepr(back)).toBe(arrayRepr(x));
        if (x.ndim === 2 && x.size > 0) expect(back.steps).toEqual(x.steps);
      }
    }
  });

  it('writes text and None so that they read back', () => {
    for (const text of ['', 'abc', 'héllo 日本 😀', '{"a": [1]}']) expect(fromNpy(toNpy(text))).toBe(text);
    expect(fromNpy(toNpy(null))).toBe(null);
  });

  it('takes what was read before, and single scalars', async () => {
    const x = array([1.5, 2], { dtype: 'bfloat16' });
    expect(toNpy(await hostArray(x))).toEqual(toNpy(x));
    expect(arrayRepr(fromNpy(toNpy(hostScalar(7n, 'int64'))) as NdArray)).toBe('array(7)');
    expect(() => toNpy({ dtype: x.dtype, shape: [3], data: new Uint16Array(2) })).toThrow(
      '[toNpy] a host array of shape (3) cannot hold 2 raw elements',
    );
  });

  it('says how to read an array of an asynchronous device', () => {
    const x = array([1, 2]);
    const far = Object.create(x, {
      device: { value: { ...x.device, name: 'far', synchronous: false } },
    }) as NdArray;
    expect(() => toNpy(far)).toThrow(
      '[toNpy] arrays on far are read asynchronously: pass await hostArray(x) instead',
    );
  });
});

describe('fromNpy', () => {
  it('reads big-endian elements', () => {
    expect(flatScalars(fromNpy(file(header('>i2', '(2,)'), [1, 2, 255, 254])) as NdArray)).toEqual([258, -2]);
    const complex = fromNpy(file(header('>c8', '(1,)'), [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0])) as NdArray;
    expect(arrayRepr(complex)).toBe('array([1.-2.j], dtype=complex64)');
    expect(flatScalars(fromNpy(file(header('>i8', '()'), [0, 0, 0, 0, 0, 0, 1, 0])) as NdArray)).toEqual([
      256n,
    ]);
  });

  it('reads format versions 2 and 3, long integers of Python 2, and keys in any order', () => {
    for (const version of [1, 2, 3]) {
      const x = fromNpy(
        file(`{'shape': (2L, 1L), "fortran_order": False, 'descr': '|u1'}`, [7, 8], version),
      ) as NdArray;
      expect(x.shape).toEqual([2, 1]);
      expect(flatScalars(x)).toEqual([7, 8]);
    }
  });

  it('reads text of one character per four bytes or per byte, of any shape', () => {
    expect(fromNpy(file(header('<U2', '(2,)'), [97, 0, 0, 0, 0, 0, 0, 0, 98, 0, 0, 0, 99, 0, 0, 0]))).toEqual(
      ['a', 'bc'],
    );
    expect(fromNpy(file(header('>U1', '()'), [0, 1, 0xf6, 0]))).toBe('😀');
    expect(fromNpy(file(header('|S2', '(2, 1)'), [97, 98, 99, 0]))).toEqual([['ab'], ['c']]);
    expect(fromNpy(file(header('|S1', '(2, 2)', 'True'), [97, 98, 99, 100]))).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  it("reads None of every protocol, and no other of Python's objects", () => {
    expect(fromNpy(bytes(none))).toBe(null);
    expect(fromNpy(file(header('|O', '()'), bytes(noneProtocol2)))).toBe(null);
    for (const [shape, data] of [
      ['(2,)', bytes(otherObject)],
      ['()', bytes(otherObject)],
      ['()', bytes(noneProtocol2).subarray(0, 60)],
      ['()', [0x80, 2, 0x4e, 0x2e]],
    ] as const) {
      expect(() => fromNpy(file(header('|O', shape), data))).toThrow(
        'holds pickled Python objects other than None',
      );
    }
  });

  it('says what is wrong with a file', () => {
    const good = toNpy(array([1, 2, 3]));
    expect(() => fromNpy(good.subarray(0, -5))).toThrow(
      '[fromNpy] the file is cut off: 12 bytes of data were announced, 7 are there',
    );
    expect(() => fromNpy(good.subarray(0, 60))).toThrow('ends after 60 bytes, inside a header of 128');
    expect(() => fromNpy(good.subarray(0, 8))).toThrow('ends after 8 bytes, inside the header');
    expect(() => fromNpy(Uint8Array.of(1, 2, 3))).toThrow('does not begin as a .npy file does');
    expect(() => fromNpy(file(header('<f4', '(1,)'), [0, 0, 0, 0], 4))).toThrow(
      'has .npy format version 4.0',
    );
    expect(() => fromNpy(file('{nonsense}', []))).toThrow('has a header that cannot be read: {nonsense}');
    expect(() => fromNpy(file(header('<f16', '(1,)'), []))).toThrow(
      'holds elements of type <f16, which no dtype here has',
    );
    expect(() => fromNpy(file(header('<M8[ns]', '(1,)'), []))).toThrow('<M8[ns]');
    expect(() =>
      fromNpy(file(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }`, [])),
    ).toThrow("holds elements of type [('a', '<f4')]");
  });
});
