import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle, programs, sizes } from './sizes.mjs';

const trained = 'an MLP trained with SGD';

/** What programs may weigh at most, in thousands of bytes packed: lowered when they get lighter, so that nothing creeps in. */
const budgets: Readonly<Record<string, number>> = {
  [trained]: 48,
  'an MLP trained with SGD on WebGPU': 90,
};

describe('bundles for a browser', () => {
  it('need nothing of Node, and train', async () => {
    const code = new TextDecoder().decode(await bundle(programs[trained]));
    expect(code).not.toMatch(/from\s*["']node:|require\(/);
    const url = `data:text/javascript,${encodeURIComponent(code)}`;
    const { losses } = (await import(/* @vite-ignore */ url)) as { losses: number[] };
    expect(losses[4]).toBeLessThan(0.9 * (losses[0] as number));
  });

  it('are as large as docs/sizes.md says (npm run sizes)', async () => {
    const table = readFileSync(join(import.meta.dirname, '..', 'docs', 'sizes.md'), 'utf8');
    for (const { name, packed } of await sizes()) {
      const line = table.split('\n').find((text) => text.startsWith(`| ${name} |`));
      const documented = Number(line?.split('|')[3]);
      console.log(`${name}: ${packed.toFixed(1)} kB (gzip), documented ${documented}`);
      expect(Math.abs(packed - documented), name).toBeLessThan(0.1 * documented);
      if (name in budgets) expect(packed, name).toBeLessThan(budgets[name] as number);
    }
  });
});
