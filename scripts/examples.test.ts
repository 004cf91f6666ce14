// Every `@example` of a doc comment compiles, runs, and yields the values that its comments state.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createWebGpuDevice } from '@chainer/device-webgpu';
import { afterAll, describe, expect, it } from 'vitest';
import { claimThrows, claimValue, type Example, examplesIn, moduleOf } from './examples.ts';

const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, '.examples', String(process.pid));

function sourcesOf(packageFolder: string): string[] {
  const files = readdirSync(join(packageFolder, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return sources.sort().map((name) => join(packageFolder, 'src', name));
}

const examples = readdirSync(join(root, 'packages'))
  .flatMap((name) => sourcesOf(join(root, 'packages', name)))
  .flatMap((source) =>
    examplesIn(readFileSync(source, 'utf8')).map((example) => ({
      source: relative(root, source),
      ...example,
    })),
  )
  .map((example, index) => ({ ...example, file: join(folder, `${example.of}-${index}.ts`) }));

/** What the compiler says about each example, by file. */
function typeErrors(): Map<string, string[]> {
  mkdirSync(folder, { recursive: true });
  for (const { file, ...example } of examples) writeFileSync(file, moduleOf(example, '../../examples.ts'));
  const compilerOptions = {
    composite: false,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const config = { extends: '../../../tsconfig.base.json', compilerOptions, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
  const errors = new Map<string, string[]>();
  for (const [, name = '', message = ''] of stdout.matchAll(/^([^\s(]+)(\(.*)$/gm)) {
    const file = join(folder, name);
    errors.set(file, [...(errors.get(file) ?? []), message]);
  }
  return errors;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether this machine has a graphics driver, or an emulator of one. */
const webgpu = await createWebGpuDevice().then(
  () => true,
  () => false,
);

describe('the example of', () => {
  const errors = typeErrors();

  const lacking = (source: string) =>
    (process.env.CHAINER_TEST_NATIVE === '0' && source.startsWith('packages/device-cpu/')) ||
    (!webgpu && source.startsWith('packages/device-webgpu/'));

  it.skip.each(examples.filter((e) => lacking(e.source)))('$of: its device is not there', () => {});

  it.each(examples.filter((e) => !lacking(e.source)))('$of ($source:$line)', async ({ file }) => {
    expect(errors.get(file) ?? []).toEqual([]);
    await import(/* @vite-ignore */ file);
  });
});

describe('the reader of examples', () => {
  const source = [
    '/**',
    ' * Adds.',
    ' *',
    ' * @example',
    " * import { add } from 'p';",
    ' * add(1, 2); // 3',
    ' * add(1); // throws TypeError: b is missing',
    ' * const x = add(1, 2); // 4',
    ' * add(x, x); // twice that',
    ' * @throws TypeError',
    ' */',
    'export async function add(a: number, b: number) {}',
  ].join('\n');

  it('takes the lines up to the next tag, and the name of the declaration', () => {
    const [example, ...more] = examplesIn(source);
    expect(more).toEqual([]);
    expect(example).toMatchObject({ of: 'add', line: 5 });
    expect(example?.code.split('\n')).toHaveLength(6);
  });

  it('turns values and throws into checks, line by line, and leaves prose alone', () => {
    const lines = moduleOf(examplesIn(source)[0] as Example, './examples.ts').split('\n');
    expect(lines.slice(0, 5)).toEqual([
      "import { add } from 'p';",
      'claimValue(add(1, 2), "3");',
      'await claimThrows(async () => add(1), "throws TypeError: b is missing");',
      'const x = add(1, 2); // 4',
      'add(x, x); // twice that',
    ]);
  });

  it.each([
    [3, '3'],
    [0.8808, '0.881'],
    [new Float32Array([0.1, 2]), '[0.1, 2]'],
    [[[1], [Number.NaN]], '[[1], [NaN]]'],
    ['float32', "'float32'"],
    [2n, '2n'],
    [null, 'null'],
  ])('accepts %o where the comment says %s', (value, comment) => {
    expect(() => claimValue(value, comment)).not.toThrow();
  });

  it.each([
    [3.1, '3'],
    [0.8802, '0.881'],
    [[1, 2], '[1]'],
    [[1], '[[1]]'],
    ['1', '1'],
    [undefined, 'null'],
  ])('refuses %o where the comment says %s', (value, comment) => {
    expect(() => claimValue(value, comment)).toThrow(`the example says ${comment}`);
  });

  it('refuses an error of another class, and none', async () => {
    const fail = async () => {
      throw new RangeError('no');
    };
    await expect(claimThrows(fail, 'throws RangeError')).resolves.toBeUndefined();
    await expect(claimThrows(fail, 'throws a TypeError')).rejects.toThrow('it throws RangeError: no');
    await expect(claimThrows(async () => 1, 'throws RangeError')).rejects.toThrow('does not throw');
  });
});
