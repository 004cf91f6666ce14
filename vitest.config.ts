import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// The workspace's own packages resolve to their TypeScript sources through the `source` condition.
const conditions = ['source', 'module', 'node', 'development|production'];

const { addonFolder } = createRequire(import.meta.url)('./packages/device-cpu/scripts/key.cjs') as {
  addonFolder(): string;
};
const native = existsSync(join(addonFolder(), 'device_cpu.node'));
// Told to the tests, too: examples of the package need its addon.
process.env.CHAINER_TEST_NATIVE = native ? '1' : '0';
if (!native)
  console.warn(
    'tests of packages/device-cpu: skipped, its native addon is not built (npm run setup says why)',
  );

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages/*,apps/*,examples,bench,conformance,fuzz}/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(native ? [] : ['packages/device-cpu/**'])],
    // Deep networks and exports take some seconds, ten times as long on a loaded machine.
    testTimeout: 120_000,
    // What a page shows is waited for as long as a loaded machine takes; the default is one second.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    // Modules are loaded once per worker: tests put back what they change (default device, configuration, seeds).
    isolate: false,
    setupFiles: ['scripts/webgpu.setup.ts'],
  },
});
