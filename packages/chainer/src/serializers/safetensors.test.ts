import { array, type NdArray, zeros } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { Linear } from '../links/index.ts';
import { loadSafetensors, readSafetensors, toSafetensors } from './safetensors.ts';

/** Written by Python's safetensors: int64 `b`, float32 `W`, bool `m`, float16 `h`, and the metadata `format`. */
const byPython = Buffer.from(
  [
    'AAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJiIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlszXSwiZGF0YV9v',
    'ZmZzZXRzIjpbMCwyNF19LCJXIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsyNCw0OF19LCJoIjp7',
    'ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDgsNTJdfSwibSI6eyJkdHlwZSI6IkJPT0wiLCJzaGFwZSI6',
    'WzFdLCJkYXRhX29mZnNldHMiOls1Miw1M119fSAgAQAAAAAAAAACAAAAAAAAAAMAAAAAAAAAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBA',
    'AD4AwAE=',
  ].join(''),
  'base64',
);

/** A file with that header, and so many bytes behind it. */
function fileOf(header: unknown, size: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('safetensors', () => {
  test("a file of Python's package", async () => {
    const { tensors, metadata } = await readSafetensors(byPython);
    expect(metadata).toEqual({ format: 'np' });
    const found = Object.fromEntries(
      [...tensors].map(([name, x]) => [name, [x.dtype.name, x.toArraySync()]]),
    );
    expect(found).toEqual({
      b: ['int64', [1, 2, 3]],
      W: [
        'float32',
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ],
      h: ['float16', [1.5, -2]],
      m: ['bool', [true]],
    });
  });

  test('the same bytes for the same content', async () => {
    const { tensors, metadata } = await readSafetensors(byPython);
    expect(Buffer.from(await toSafetensors(tensors, { metadata })).equals(byPython)).toBe(true);
  });

  test('all dtypes, views, scalars and empty arrays pass', async () => {
    const dtypes = [
      'bool',
      'uint8',
      'int8',
      'int16',
      'uint16',
      'float16',
      'bfloat16',
      'int32',
      'uint32',
      'float32',
    ];
    const wide = ['int64', 'uint64', 'float64', 'complex64'];
    const given = new Map<string, NdArray>([
      ...[...dtypes, ...wide].map((d): [string, NdArray] => [
        d,
        array([[0, 1, 1]], { dtype: d as 'int8' }).T,
      ]),
      ['scalar', array(2.5)],
      ['empty', zeros([0, 3])],
    ]);
    const { tensors } = await readSafetensors(await toSafetensors(given));
    for (const [name, x] of given) {
      const y = tensors.get(name) as NdArray;
      expect([y.dtype, y.shape, y.toArraySync()]).toEqual([x.dtype, x.shape, x.toArraySync()]);
    }
  });

  test('a link', async () => {
    const bytes = await toSafetensors(new Linear(3, 2, { initialBias: 7 }));
    const lazy = new Linear(null, 2);
    await loadSafetensors(bytes, lazy);
    expect([lazy.W.shape, lazy.b?.array.toArraySync()]).toEqual([
      [2, 3],
      [7, 7],
    ]);
    // What Node reads from a file is a Buffer.
    const other = new Linear(3, 2);
    await loadSafetensors(Buffer.from(bytes), other);
    expect(other.W.array.toArraySync()).toEqual(lazy.W.array.toArraySync());
    await expect(loadSafetensors(bytes, new Linear(3, 5))).rejects.toThrow(
      "[loadSafetensors] 'W' has shape [2, 3] in the file, but the object has [5, 3]",
    );
    await expect(loadSafetensors(byPython, new Linear(3, 2), { path: 'x/' })).rejects.toThrow(
      "[loadSafetensors] 'x/W' is not in the file",
    );
    await expect(toSafetensors(new Linear(null, 2))).rejects.toThrow("'W' is not initialised yet");
    await expect(toSafetensors({ t: 'text' })).rejects.toThrow("'t' is a text");
  });

  test.each([
    ['nothing', new Uint8Array(3), 'it has 3 bytes'],
    ['a length beyond the end', byPython.subarray(0, 200), 'its header would have 256 bytes, but 192 follow'],
    ['elements cut off', byPython.subarray(0, -1), 'its entries have 53 bytes, but 52 are there'],
    ['a huge length', new Uint8Array(8).fill(255), 'its header would have 18446744073709551615 bytes'],
    ['no JSON', fileOf('{"a":', 0), 'its header is not JSON'],
    ['a list', fileOf([], 0), 'its header is not a record'],
    [
      'another dtype',
      fileOf({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, 1),
      'the dtype "F8_E4M3"',
    ],
    [
      'a negative size',
      fileOf({ a: { dtype: 'U8', shape: [-1], data_offsets: [0, 1] } }, 1),
      'the shape [-1]',
    ],
    [
      'offsets that do not fit',
      fileOf({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4),
      "'a' has 4 bytes, but float32[2] has 8",
    ],
    [
      'offsets turned round',
      fileOf({ a: { dtype: 'U8', shape: [1], data_offsets: [1, 0] } }, 1),
      "'a' has -1 bytes",
    ],
    [
      'overlaps',
      fileOf(
        {
          a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        3,
      ),
      "'b' starts at byte 1, expected 2",
    ],
    [
      'a hole',
      fileOf({ a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, 2),
      "'a' starts at byte 1, expected 0",
    ],
    ['no entry', fileOf({ a: null }, 0), 'the dtype undefined'],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(readSafetensors(bytes)).rejects.toThrow(message);
  });
});
