import { defineConfig } from 'vitest/config';

// The workspace's own packages resolve to their TypeScript sources through the `source` condition.
const conditions = ['source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages/*,examples,bench,conformance}/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
    // Modules are loaded once per worker: tests put back what they change (default device, configuration, seeds).
    isolate: false,
  },
});
