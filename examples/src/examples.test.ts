import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xp } from 'chainer';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { examples } from './examples.ts';

/** What the quick form of each must reach, and a model that learns nothing misses: below (or, from its name on, above) a bound. */
const bounds: Readonly<
  Record<string, readonly (readonly [figure: string, is: 'below' | 'above', bound: number])[]>
> = {
  glance: [['validation/main/accuracy', 'above', 0.9]],
  mnist: [['validation/main/accuracy', 'above', 0.8]],
  cifar: [['main/loss', 'below', 1.9]],
  // Ten classes that are equally frequent cost 2.3.
  imagenet: [['main/loss', 'below', 2]],
  serialization: [
    ['entries', 'above', 8],
    ['difference', 'below', 1e-12],
  ],
  ptb: [['val_perplexity', 'below', 8]],
  word2vec: [['main/loss', 'below', 3]],
  sentiment: [['validation/main/accuracy_root', 'above', 0.6]],
  seq2seq: [['validation/main/bleu', 'above', 0.5]],
  text_classification: [['validation/main/accuracy', 'above', 0.8]],
  pos: [['validation/main/accuracy', 'above', 0.98]],
  memnn: [['validation/main/accuracy', 'above', 0.5]],
  vae: [['validation/main/loss', 'below', 190]],
  dcgan: [['distance', 'below', 0.15]],
  pix2pix: [['dec/loss_l1', 'below', 0.1]],
  // 32 levels, and 2.8 for those that most samples have.
  wavenet: [['main/loss', 'below', 2]],
  // Who does not see the picture guesses one of four colours, three forms and two places, in eight words: ln 24 / 8 = 0.397.
  image_captioning: [['validation/main/loss', 'below', 0.34]],
  modelzoo: [['accuracy', 'above', 0.95]],
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'example-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

describe('the menu', () => {
  test('has a paragraph in the README, and a bound below, for every program', async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
    const sections = [...readme.matchAll(/^## `(\S+)`$/gm)].map(([, name]) => name);
    const names = examples.map(({ name }) => name);
    expect(sections).toEqual(names);
    expect(Object.keys(bounds).sort()).toEqual([...names].sort());
  });

  test.each(examples)('$name names a flag that it does not have', async (program) => {
    await expect(program.run(['--epochss', '3'])).rejects.toThrow('--epochss');
    expect(await program.run(['--help'])).toBeNull();
  });
});

describe('mnist', () => {
  test.each([['--static'], ['--loop'], ['--processes', '2'], ['--devices', 'js,js']])(
    '%s %s learns as well',
    async (...flags) => {
      const figures = await examples
        .find(({ name }) => name === 'mnist')
        ?.run(['--quick', ...flags, '--out', folder]);
      expect(figures?.['validation/main/accuracy']).toBeGreaterThan(0.8);
    },
  );
});

describe.each(examples)('the quick form of $name', (program) => {
  test('learns', async () => {
    const device = xp.defaultDevice().name;
    const figures = (await program.run(['--quick', '--out', folder])) ?? {};
    expect(xp.defaultDevice().name).toBe(device);
    for (const [figure, is, bound] of bounds[program.name] ?? []) {
      expect(figures).toHaveProperty([figure]);
      if (is === 'below') expect(figures[figure]).toBeLessThan(bound);
      else expect(figures[figure]).toBeGreaterThan(bound);
    }
  }, 60_000);
});
