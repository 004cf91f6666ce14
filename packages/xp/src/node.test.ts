import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const built = join(import.meta.dirname, '..', 'dist', 'node', 'node.js');

/** Runs a module in a fresh Node process; stdout and stderr together. */
function run(code: string, device: string, more: Readonly<Record<string, string>> = {}): string {
  const env = { ...process.env, CHAINER_DEVICE: device, NODE_OPTIONS: '', ...more };
  const script = `import * as xp from ${JSON.stringify(built)}; ${code}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

describe.skipIf(!existsSync(built))("Node's entry", () => {
  it('obeys CHAINER_DEVICE', () => {
    expect(run('console.log(xp.defaultDevice().name, xp.deviceReason())', 'js')).toBe(
      "js 'js' was asked for",
    );
  });

  it('refuses a device that is not there', () => {
    expect(() => run('', 'nowhere')).toThrow(/there is no device 'nowhere' here/);
  });

  it('is seeded from CHAINER_SEED', () => {
    const state = 'console.log(JSON.stringify(xp.random.getRandomState().getState()))';
    expect(JSON.parse(run(state, 'js', { CHAINER_SEED: '42' }))).toEqual({
      algorithm: 'philox4x32-10',
      key: [42, 0],
      offset: 0,
    });
    expect(() => run('xp.random.rand(1)', 'js', { CHAINER_SEED: 'abc' })).toThrow(
      "[random] CHAINER_SEED must be a non-negative integer, got 'abc'",
    );
  });

  it('prints arrays as NumPy does', () => {
    expect(run('console.log(xp.array([1, 2]))', 'js')).toBe('array([1., 2.], dtype=float32)');
  });
});
