// What users do wrong with devices, scopes and files, and what they are told: each message names both sides and the cure.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as xp from './node.ts';

/** What is done, and what the message says. */
type Mistake = readonly [what: string, mistake: () => unknown, message: RegExp];

const hasCpu = xp.devices().some((d) => d.name === 'cpu');

describe('mistakes with devices, scopes and files', () => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(() => {
    before = xp.setDefaultDevice('js');
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  const a = xp.ones([2, 3], { device: 'js' });

  describe('devices', () => {
    it.each<Mistake>([
      [
        'creation',
        () => xp.zeros([2], { device: 'gpu' }),
        /^\[device\] 'gpu' is not loaded \(loaded: js.*\); call await getDevice\('gpu'\) once before$/,
      ],
      ['moving', () => a.to('cuda:0'), /'cuda:0' is not loaded .* call await getDevice\('cuda:0'\)/],
    ])('one that is not loaded: %s', (_, mistake, message) => {
      expect(mistake).toThrow(message);
    });

    it('one that does not exist', async () => {
      await expect(xp.getDevice('tpu')).rejects.toThrow(
        /^\[getDevice\] there is no device 'tpu' here; known: js/,
      );
    });

    const here = () => xp.ones([2, 2], { device: 'js' });
    const there = () => xp.ones([2, 2], { device: 'cpu' });
    const ids = () => xp.zeros([2, 2], { dtype: 'int32', device: 'cpu' });
    describe.runIf(hasCpu)('two of them in one operation', () => {
      it.each<Mistake>([
        [
          'add',
          () => here().add(there()),
          /^\[add\] arrays on js and cpu cannot be mixed; move one with x\.to\("js"\)$/,
        ],
        ['add in place', () => there().iadd(here()), /^\[add\] arrays on cpu and js cannot be mixed/],
        ['out', () => xp.add(there(), there(), { out: here() }), /^\[add\] arrays on cpu and js/],
        [
          'out of a reduction',
          () => there().sum(0, { out: xp.ones([2], { device: 'js' }) }),
          /^\[sum\] arrays on cpu and js/,
        ],
        ['matmul', () => there().matmul(here()), /^\[matmul\] arrays on cpu and js/],
        ['concatenate', () => xp.concatenate([there(), here()]), /^\[concatenate\] arrays on cpu and js/],
        ['where', () => xp.where(there().gt(0), here(), here()), /^\[where\] arrays on cpu and js/],
        ['einsum', () => xp.einsum('ij,jk', there(), here()), /^\[einsum\] arrays on cpu and js/],
        [
          'an index',
          () => here().at(ids()),
          /^\[at\] the array is on js but an index is on cpu; move it with \.to\('js'\)$/,
        ],
        [
          'an assigned value',
          () => here().setAt(there(), '...'),
          /^\[setAt\] the array is on js but the value is on cpu; move it with \.to\('js'\)$/,
        ],
        ['fuse', () => xp.fuse((x, y) => x.add(y))(there(), here()), /^\[fuse\] arrays on cpu and js/],
      ])('%s', (_, mistake, message) => {
        expect(mistake).toThrow(message);
        expect(mistake).toThrow(xp.DeviceError);
      });
    });
  });

  describe('after a scope', () => {
    const lost = (): xp.NdArray => {
      let x = a;
      xp.scope(() => {
        x = xp.ones([3]);
      });
      return x;
    };
    it.each<[string, (x: xp.NdArray) => unknown]>([
      ['computing', (x) => x.add(1)],
      ['reducing', (x) => x.sum()],
      ['reading', (x) => x.toArraySync()],
      ['indexing and reading', (x) => x.at(0).itemSync()],
      ['changing', (x) => x.iadd(1)],
      ['filling', (x) => x.fill(1)],
      ['sorting', (x) => xp.sort(x)],
      ['joining', (x) => xp.concatenate([x, x])],
    ])('%s an array that it released', (_, use) => {
      const x = lost();
      expect(() => use(x)).toThrow(
        /^\[NdArray\] this array was released by the scope or backward pass that made it; call keep\(x\) inside to keep it/,
      );
      expect(() => use(x)).toThrow(xp.ReleasedError);
    });

    it('printing it says so', () => {
      expect(String(lost())).toBe('array(<released>, shape=(3,), dtype=float32)');
    });

    it('an asynchronous body', () => {
      expect(() => xp.scope(async () => xp.ones([3]))).toThrow(
        /^\[scope\] the body is asynchronous, but a scope ends when its body returns: await first/,
      );
    });
  });

  describe('files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chainer-mistakes-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = (name: string, content: Uint8Array | string): string => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };

    it('one that is not there', () => {
      const path = join(folder, 'none.npy');
      expect(() => xp.load(path)).toThrow(new RegExp(`^\\[load\\] cannot read ${path}: ENOENT`));
    });

    it('a folder that is not there', () => {
      const path = join(folder, 'none', 'x.npy');
      expect(() => xp.save(path, a)).toThrow(new RegExp(`^\\[save\\] cannot write ${path}: ENOENT`));
    });

    it('one of another kind', () => {
      expect(() => xp.load(file('text', 'not an array'))).toThrow(
        /^\[load\] .*neither a \.npy nor an \.npz file/,
      );
    });

    it.each([0.2, 0.9])('a .npy file of which only %d is there', (part) => {
      const whole = xp.toNpy(xp.arange(100));
      const path = file('short.npy', whole.subarray(0, Math.floor(part * whole.length)));
      expect(() => xp.load(path)).toThrow(
        /^\[load\] .*(cut off|incomplete|truncated|short|ends|header|bytes)/,
      );
    });

    it('an .npz file that was cut off', () => {
      const path = join(folder, 'x.npz');
      xp.savez(path, { x: xp.arange(100) });
      const bytes = xp.readFileBytes(path);
      writeFileSync(path, bytes.subarray(0, bytes.length - 30));
      expect(() => xp.load(path)).toThrow(
        /^\[load\] '.*x\.npz' is cut off or no zip archive: it has no directory at its end$/,
      );
    });
  });
});
