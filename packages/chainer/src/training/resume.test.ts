import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NdArray, readNpz } from '@chainer/xp';
import { afterAll, beforeAll, expect, test } from 'vitest';

const child = fileURLToPath(new URL('./resume-child.mjs', import.meta.url));
const built = fileURLToPath(new URL('../../dist/node/index.js', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-resume-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the training; `watch` is called often, and ends it with SIGKILL by returning true. */
async function train(
  args: readonly string[],
  watch?: () => Promise<boolean>,
): Promise<NodeJS.Signals | number | null> {
  const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  let ended = false;
  const end = new Promise<NodeJS.Signals | number | null>((resolve) => {
    running.on('exit', (code, signal) => {
      ended = true;
      resolve(signal ?? code);
    });
  });
  while (watch && !ended) {
    if (await watch()) running.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return end;
}

const numberOf = (name: string): number => Number(name.replace('snapshot_iter_', ''));
const snapshots = async (out: string): Promise<string[]> =>
  (existsSync(out) ? await readdir(out) : [])
    .filter((name) => name.startsWith('snapshot_iter_'))
    .sort((a, b) => numberOf(a) - numberOf(b));

/** Everything that a training leaves, without the times. */
async function resultOf(out: string): Promise<unknown> {
  const log = JSON.parse(await readFile(join(out, 'log'), 'utf8')) as Record<string, number>[];
  const entries = [...readNpz(await readFile(join(out, 'final')), { device: 'js' })]
    .filter(([name]) => !name.endsWith('_elapsed_time') && !name.endsWith('/_log'))
    .map(([name, value]) => [name, value instanceof NdArray ? value.toArraySync() : value]);
  return [log.map(({ elapsed_time: _, ...entry }) => entry), entries];
}

test('a training killed in the middle and resumed ends as one that never was', {
  timeout: 120_000,
}, async () => {
  expect(existsSync(built), 'the package is not built: npm run build').toBe(true);
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  expect(await train([whole])).toBe(0);
  expect(
    await train([killed], async () => (await snapshots(killed)).some((name) => numberOf(name) > 20)),
  ).toBe('SIGKILL');
  expect(existsSync(join(killed, 'final'))).toBe(false);
  const newest = (await snapshots(killed)).at(-1) as string;
  expect(await train([killed, join(killed, newest)])).toBe(0);
  expect(await resultOf(killed)).toEqual(await resultOf(whole));
});
