import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayRepr } from '../text/index.ts';
import { deflate, inflate } from './deflate.ts';
import { writeFileAtomic } from './files.ts';
import { load } from './load.ts';
import { readNpz, readNpzHost, writeNpz } from './npz.ts';
import * as packages from './raw-deflate.ts';
import * as nodes from './raw-deflate-node.ts';
import { save, savez, savezCompressed } from './save.ts';
import { crc32, readZip, writeZip } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'npz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const text = (s: string) => new TextEncoder().encode(s);

// Written by NumPy 2: x = arange(3), s = 'é', deflated, with zip64 fields.
const compressed =
  'UEsDBC0AAAAIAAAAIQD3QBLq//////////8FABQAeC5ucHkBABAAmAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GKGCE0kxQGgBQSwMELQAAAAgAAAAhAI9QDcD//////////wUAFABzLm5weQEAEACEAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbhNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAa6XDAwMAFBLAQItAy0AAAAIAAAAIQD3QBLqTAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQItAy0AAAAIAAAAIQCPUA3ARgAAAIQAAAAFAAAAAAAAAAAAAACAAYMAAABzLm5weVBLBQYAAAAAAgACAGYAAAAAAQAAAAA=';
// Written by Python's zipfile to a stream: x = [0, 1] (uint8), sizes after the data.
const streamed =
  'UEsDBC0ACAAAAAAAIQAAAAAA//////////8FABQAeC5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3x1MScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAFQSwcImWJ334IAAAAAAAAAggAAAAAAAABQSwECLQMtAAgAAAAAACEAmWJ334IAAACCAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwUGAAAAAAEAAQAzAAAA0QAAAAAA';

describe('readNpz', () => {
  it('reads what NumPy wrote, deflated, with zip64 fields, or streamed', () => {
    const found = readNpz(bytes(compressed));
    expect([...found.keys()]).toEqual(['x', 's']);
    expect(arrayRepr(found.get('x') as NdArray)).toBe('array([0, 1, 2])');
    expect(found.get('s')).toBe('é');
    expect(flatScalars(readNpz(bytes(streamed)).get('x') as NdArray)).toEqual([0, 1]);
  });

  it('reads back arrays, text and None by name and in order', () => {
    const x = array(Float32Array.from([0, 1, 2, 3, 4, 5]), { shape: [2, 3] });
    const entries = {
      'predictor/l1/W': x,
      F: new NdArray(x.storage, x.dtype, [3, 2], [1, 3]),
      none: null,
      _log: '[{"epoch": 1}]',
      日本: array(5, { dtype: 'int64' }),
      empty: array([]),
    };
    for (const options of [{}, { compressed: true }]) {
      const found = readNpz(writeNpz(entries, options));
      expect([...found.keys()]).toEqual(Object.keys(entries));
      for (const [name, value] of Object.entries(entries)) {
        const got = found.get(name);
        if (value instanceof NdArray) expect(arrayRepr(got as NdArray)).toBe(arrayRepr(value));
        else expect(got).toBe(value);
      }
      expect((found.get('F') as NdArray).steps).toEqual([1, 3]);
    }
    expect(readNpz(writeNpz(new Map())).size).toBe(0);
    expect(readNpzHost(writeNpz({ a: x })).get('a')).toMatchObject({ shape: [2, 3], dtype: x.dtype });
  });

  it('names the file and the entry that is cut off or damaged', () => {
    const whole = writeNpz({ a: array([1, 2, 3]), b: array([4, 5, 6]) }, { compressed: true });
    for (const length of [whole.length - 1, whole.length - 30, 100, 10]) {
      expect(() => readNpz(whole.subarray(0, length), { file: 'm.npz' })).toThrow(
        "[readNpz] 'm.npz' is cut off",
      );
    }
    const stored = writeNpz({ a: array([1, 2, 3]), b: array([4, 5, 6]) });
    const damaged = stored.slice();
    damaged[30 + 5 + 128] = 99; // the first byte of a's data
    expect(() => readNpz(damaged)).toThrow(
      /\[readNpz\] the archive entry 'a\.npy' is damaged: its checksum is/,
    );
    const deflated = whole.slice();
    deflated.fill(255, 40, 60);
    expect(() => readNpz(deflated)).toThrow("entry 'a.npy' is damaged");
    expect(() => readNpz(text('hello'))).toThrow('is cut off or no zip archive');
    expect(() => readNpz(text('hello'))).toThrow(ValueError);
  });

  it('refuses members that it cannot read', () => {
    const zip = writeZip([['a.npy', text('abc')]], false, 'test');
    const method = zip.slice();
    const directory = 30 + 5 + 3;
    method[directory + 10] = 12;
    expect(() => readNpz(method)).toThrow(
      'is compressed by method 12; stored and deflated members can be read',
    );
    const encrypted = zip.slice();
    encrypted[directory + 8] = 1;
    expect(() => readNpz(encrypted)).toThrow('is encrypted');
    expect(() => readNpz(zip)).toThrow("[readNpz] the archive entry 'a' does not begin as a .npy file does");
    const lost = zip.slice();
    lost[directory + 42] = 200;
    expect(() => readNpz(lost)).toThrow("entry 'a.npy' is not where the directory says");
    const huge = zip.slice();
    huge.fill(0xee, directory + 24, directory + 27);
    huge[directory + 10] = 8;
    expect(() => readNpz(huge)).toThrow(/is damaged: 3 compressed bytes cannot hold \d+/);
    expect(() =>
      writeZip(
        [
          ['a', text('')],
          ['a', text('')],
        ],
        false,
        'test',
      ),
    ).toThrow("[test] two entries have the name 'a'");
  });

  it('skips what is no array, and finds the directory before a comment', () => {
    const zip = writeZip([['readme.txt', text('hello')]], true, 'test');
    expect(readNpz(zip).size).toBe(0);
    const commented = Uint8Array.from([...zip, ...text('a comment')]);
    commented[zip.length - 2] = 9;
    expect(readZip(commented, 'test').map((m) => new TextDecoder().decode(m.read()))).toEqual(['hello']);
  });
});

describe('compression', () => {
  it("is the same with Node's zlib and without", () => {
    const data = Uint8Array.from({ length: 10_000 }, (_, i) => (i * i) % 251);
    for (const pack of [deflate(data), packages.deflateRaw(data), nodes.deflateRaw(data)]) {
      expect(inflate(pack, data.length)).toEqual(data);
      for (const how of [packages.inflateRaw, nodes.inflateRaw]) {
        expect(inflate(pack, data.length, how)).toEqual(data);
        expect(() => inflate(pack.subarray(0, -20), data.length, how)).toThrow();
        expect(() => inflate(pack, data.length + 1, how)).toThrow(
          '10001 bytes were announced, 10000 came out',
        );
      }
    }
    expect(inflate(deflate(new Uint8Array(0)), 0)).toEqual(new Uint8Array(0));
  });

  it('computes the checksum of zip files', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('files', () => {
  const x = array([1.5, -2], { dtype: 'float64' });

  it('are saved and loaded by path', () => {
    save(join(folder, 'x'), x);
    expect(arrayRepr(load(join(folder, 'x.npy')) as NdArray)).toBe('array([ 1.5, -2. ])');
    savez(join(folder, 'list.npz'), [x, x]);
    expect([...(load(join(folder, 'list.npz')) as Map<string, unknown>).keys()]).toEqual(['arr_0', 'arr_1']);
    savezCompressed(join(folder, 'named'), { x, note: 'hi' });
    const named = load(join(folder, 'named.npz')) as Map<string, unknown>;
    expect(named.get('note')).toBe('hi');
    expect(arrayRepr(named.get('x') as NdArray)).toBe('array([ 1.5, -2. ])');
    expect(readdirSync(folder).toSorted()).toEqual(['list.npz', 'named.npz', 'x.npy']);
  });

  it('load from bytes in any kind of buffer', () => {
    const data = readFileSync(join(folder, 'x.npy'));
    expect(arrayRepr(load(data) as NdArray)).toBe('array([ 1.5, -2. ])');
    expect(arrayRepr(load(new Uint8Array(data).buffer) as NdArray)).toBe('array([ 1.5, -2. ])');
  });

  it('are named in errors', () => {
    const path = join(folder, 'bad.npz');
    writeFileSync(path, readFileSync(join(folder, 'list.npz')).subarray(0, 300));
    expect(() => load(path)).toThrow(`[load] '${path}' is cut off`);
    writeFileSync(path, 'what');
    expect(() => load(path)).toThrow(`[load] '${path}' is neither a .npy nor an .npz file (4 bytes)`);
    expect(() => load(join(folder, 'none.npy'))).toThrow(/ENOENT.*none\.npy/);
    rmSync(path);
  });

  it('stay as they were when writing fails, and leave nothing behind', () => {
    const path = join(folder, 'kept.npz');
    savez(path, { x });
    const before = readFileSync(path);
    const far = Object.create(x, { device: { value: { ...x.device, synchronous: false } } }) as NdArray;
    expect(() => savez(path, { x: far })).toThrow(/\[savez\] arrays on \w+ are read asynchronously/);
    expect(readFileSync(path)).toEqual(before);
    expect(() => writeFileAtomic(join(folder, 'no', 'such', 'folder'), 'text')).toThrow('ENOENT');
    expect(() => writeFileAtomic(folder, 'text')).toThrow();
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });
});
