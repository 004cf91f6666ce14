import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const child = fileURLToPath(new URL('./faults-child.mjs', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-faults-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

function train(out: string, fault: string): Promise<Ended> {
  const running = spawn(process.execPath, [child, out, fault], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (text) => (said += String(text)));
  return new Promise((resolve) => running.on('close', (code, signal) => resolve({ code, signal, said })));
}

const snapshots = async (out: string): Promise<string[]> =>
  (await readdir(out)).filter((name) => name.startsWith('snapshot_iter_')).sort();

/** Goes on after a fault, to the end. */
async function goOn(out: string): Promise<void> {
  const { said, code } = await train(out, 'none');
  expect([said.trim(), code]).toEqual(['done 20', 0]);
}

describe('what ends a training costs the running iteration at most', () => {
  test('SIGINT: the iteration is finished and saved, and the message says how to go on', async () => {
    const out = join(folder, 'signal');
    const { said, code } = await train(out, 'signal');
    expect(code).toBe(1);
    expect(said).toContain('SIGINT ended training after iteration 6.');
    expect(said).toContain(`await loadNpz("${join(out, 'snapshot_iter_6')}", trainer)`);
    expect(await snapshots(out)).toEqual(['snapshot_iter_4', 'snapshot_iter_6']);
    await goOn(out);
  });

  test('NaN in the third epoch: the parameter, the iteration, and the snapshot before it', async () => {
    const out = join(folder, 'nan');
    const { said, code } = await train(out, 'nan');
    expect(code).toBe(1);
    expect(said).toMatch(
      /parameter \/predictor\/[Wb] of optimizer 'main' became NaN or infinite in iteration 1[12]/,
    );
    expect(said).toContain(`await loadNpz("${join(out, 'snapshot_iter_8')}", trainer)`);
    await goOn(out);
  });

  test('killed in the midst of a snapshot: the one before is whole, and what lies about is passed over', async () => {
    const out = join(folder, 'killed');
    const { signal } = await train(out, 'killed');
    expect(signal).toBe('SIGKILL');
    expect(await snapshots(out)).toEqual(['snapshot_iter_4', 'snapshot_iter_8']);
    await goOn(out);
  });

  test('a full disk: which file, why, and from where to go on', async () => {
    const out = join(folder, 'full');
    const { said, code } = await train(out, 'full');
    expect(code).toBe(1);
    expect(said).toContain(`cannot write ${join(out, 'snapshot_iter_12')}: ENOSPC: no space left on device`);
    expect(said).toContain(`await loadNpz("${join(out, 'snapshot_iter_8')}", trainer)`);
    expect((await readdir(out)).filter((name) => name.startsWith('tmp'))).toEqual([]);
    await goOn(out);
  });

  test('a damaged snapshot: the one before stands in for it, which is said', async () => {
    const out = join(folder, 'damaged');
    await train(out, 'signal');
    const file = join(out, 'snapshot_iter_6');
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    const { said, code } = await train(out, 'none');
    expect([code, said]).toEqual([0, expect.stringContaining('done 20')]);
    expect(said).toContain(`Going on from ${join(out, 'snapshot_iter_4')} instead; remove ${file}`);
  });

  test.each(['thread', 'process'])('a %s writer has written everything at the end', async (writer) => {
    const out = join(folder, writer);
    const { said, code } = await train(out, writer);
    expect([said.trim(), code]).toEqual(['done 20', 0]);
    expect(await snapshots(out)).toEqual(['snapshot_iter_16', 'snapshot_iter_20']);
    // Both are whole: the newest is loaded, and there is nothing left to do.
    await goOn(out);
  });
});
