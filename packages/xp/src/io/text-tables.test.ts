import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { complex } from '../core/complex.ts';
import { toArraySync } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { genfromtxt } from './genfromtxt.ts';
import { loadtxt } from './loadtxt.ts';
import { savetxt, toText } from './savetxt.ts';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('loadtxt', () => {
  it('reads lines, files and bytes', () => {
    const path = join(folder, 'table.txt');
    const text = '# x y\n1 2.5\r\n\n  3\t4e1 # forty\n';
    writeFileSync(path, text);
    for (const source of [path, new TextEncoder().encode(text), text.split('\n')]) {
      const x = loadtxt(source);
      expect(toArraySync(x)).toEqual([
        [1, 2.5],
        [3, 40],
      ]);
      expect(x.dtype.name).toBe('float32');
    }
  });

  it('chooses rows and columns', () => {
    const lines = ['a,b,c', '1,2,3', '4,5,6', '7,8,9'];
    const options = { delimiter: ',', skiprows: 1, dtype: 'int32' } as const;
    expect(toArraySync(loadtxt(lines, { ...options, usecols: [2, 0] }))).toEqual([
      [3, 1],
      [6, 4],
      [9, 7],
    ]);
    expect(toArraySync(loadtxt(lines, { ...options, usecols: -1 }))).toEqual([3, 6, 9]);
    expect(toArraySync(loadtxt(lines, { ...options, maxRows: 1 }))).toEqual([1, 2, 3]);
    expect(toArraySync(loadtxt(lines, { ...options, unpack: true }))).toEqual([
      [1, 4, 7],
      [2, 5, 8],
      [3, 6, 9],
    ]);
    expect(loadtxt(lines, { ...options, maxRows: 1, ndmin: 2 }).shape).toEqual([1, 3]);
    expect(loadtxt(lines, { ...options, maxRows: 1, usecols: 0 }).shape).toEqual([]);
    expect(loadtxt([]).shape).toEqual([0]);
  });

  it('reads every kind of number', () => {
    expect(toArraySync(loadtxt(['inf -Infinity', 'nan .5']))).toEqual([
      [Infinity, -Infinity],
      [Number.NaN, 0.5],
    ]);
    expect(toArraySync(loadtxt(['9007199254740993'], { dtype: 'int64' }), { bigint: true })).toBe(
      9007199254740993n,
    );
    expect(toArraySync(loadtxt(['1+2j (3-4j) 5j 6e-1'], { dtype: 'complex128' }))).toEqual([
      complex(1, 2),
      complex(3, -4),
      complex(0, 5),
      complex(0.6),
    ]);
    expect(toArraySync(loadtxt(['1 0'], { dtype: 'bool' }))).toEqual([true, false]);
    expect(toArraySync(loadtxt(['10%', '20%'], { converters: (s) => Number(s.slice(0, -1)) / 100 }))).toEqual(
      [Math.fround(0.1), Math.fround(0.2)],
    );
    expect(toArraySync(loadtxt(['x 1'], { converters: { 0: () => 9 } }))).toEqual([9, 1]);
  });

  it('says where a field is wrong', () => {
    expect(() => loadtxt(['1 2', '3 x'])).toThrow("[loadtxt] 'x' at row 1, column 1 is no float32");
    expect(() => loadtxt(['1.5'], { dtype: 'int32' })).toThrow("'1.5' at row 0, column 0 is no int32");
    expect(() => loadtxt(['300'], { dtype: 'uint8' })).toThrow("'300' at row 0, column 0 is no uint8");
    expect(() => loadtxt(['1 2', '3'])).toThrow('row 1 has 1 columns where the rows before have 2');
    expect(() => loadtxt(['1 2', '3'], { usecols: 1 })).toThrow(
      'row 1 has 1 columns, but column 1 was asked for',
    );
    expect(() => loadtxt(['1'], { ndmin: 3 })).toThrow('ndmin must be 0, 1 or 2, got 3');
  });
});

describe('genfromtxt', () => {
  it('fills gaps', () => {
    const lines = ['1,2,3', '4,,x', '-,8,9'];
    const read = (options: object) => toArraySync(genfromtxt(lines, { delimiter: ',', ...options }));
    expect(read({})).toEqual([
      [1, 2, 3],
      [4, Number.NaN, Number.NaN],
      [Number.NaN, 8, 9],
    ]);
    expect(read({ dtype: 'int32' })).toEqual([
      [1, 2, 3],
      [4, -1, -1],
      [-1, 8, 9],
    ]);
    expect(read({ fillingValues: 0, missingValues: '9,x' })).toEqual([
      [1, 2, 3],
      [4, 0, 0],
      [0, 8, 0],
    ]);
    expect(read({ skipHeader: 1, skipFooter: 1 })).toEqual([4, Number.NaN, Number.NaN]);
  });

  it('refuses or leaves out rows of another length', () => {
    expect(() => genfromtxt(['1 2', '3'])).toThrow('[genfromtxt] row 1 has 1 columns where the first has 2');
    expect(toArraySync(genfromtxt(['1 2', '3', '4 5'], { invalidRaise: false }))).toEqual([
      [1, 2],
      [4, 5],
    ]);
  });
});

// Expected texts are Python's.
describe('savetxt', () => {
  const x = array(
    [
      [1, 2.5],
      [-3, 1e-7],
    ],
    { dtype: 'float64' },
  );

  it('writes what loadtxt reads', () => {
    const path = join(folder, 'saved.txt');
    savetxt(path, x, { header: 'two\nlines', footer: 'end' });
    const text = readFileSync(path, 'utf8');
    expect(text.split('\n').slice(0, 3)).toEqual([
      '# two',
      '# lines',
      '1.000000000000000000e+00 2.500000000000000000e+00',
    ]);
    expect(text.endsWith('\n# end\n')).toBe(true);
    expect(toArraySync(loadtxt(path, { dtype: 'float64' }))).toEqual(toArraySync(x));
  });

  it.each([
    ['%.2f', '1.00,2.50;-3.00,0.00;'],
    ['%d', '1,2;-3,0;'],
    ['%5.1f', '  1.0,  2.5; -3.0,  0.0;'],
    ['%-5d|', '1    |,2    |;-3   |,0    |;'],
    ['%+.0f', '+1,+2;-3,+0;'],
    ['%07.2f', '0001.00,0002.50;-003.00,0000.00;'],
    ['%g', '1,2.5;-3,1e-07;'],
    ['%.3G', '1,2.5;-3,1E-07;'],
    ['% e', ' 1.000000e+00, 2.500000e+00;-3.000000e+00, 1.000000e-07;'],
    ['%.1f%%', '1.0%,2.5%;-3.0%,0.0%;'],
  ])('formats by %s', (fmt, expected) => {
    expect(toText(x, { fmt, delimiter: ',', newline: ';' })).toBe(expected);
  });

  it('takes a format for each column or for the row, and complex numbers', () => {
    expect(toText(x, { fmt: ['%d', '%.1f'] })).toBe('1 2.5\n-3 0.0\n');
    expect(toText(x, { fmt: '%d: %.1f' })).toBe('1: 2.5\n-3: 0.0\n');
    expect(toText(array([1, 2]), { fmt: '%d' })).toBe('1\n2\n');
    expect(toText(array([complex(1, -2)]), { fmt: '%.1f' })).toBe('(1.0-2.0j)\n');
    expect(() => toText(x, { fmt: '%d %d %d' })).toThrow('[savetxt] fmt must have one format or 2');
    expect(() => toText(array([[[1]]]))).toThrow('[savetxt] X must have one or two axes, got 3');
  });
});
