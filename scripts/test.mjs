// `npm test`: all tests of the workspace, or those that are named:
//
//   npm test                     everything
//   npm test -- xp               one package (packages/xp), or a file or folder whose path contains the word
//   npm test -- -t 'broadcast'   vitest's own flags
//
// The last line is `N passed, N failed, N skipped`.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/steps.mjs';

const report = join(root, 'node_modules', '.cache', `vitest-${process.pid}.json`);
const named = process.argv
  .slice(2)
  .map((word) => (existsSync(join(root, 'packages', word, 'package.json')) ? `packages/${word}/` : word));

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync(process.execPath, [vitest, ...options, ...named], {
  cwd: root,
  stdio: 'inherit',
});

const counts = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
rmSync(report, { force: true });
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = counts;
// A file that cannot be loaded, or an error outside of any test, fails the run without a failed test.
const failed = Math.max(numFailedTests, status === 0 ? 0 : 1);
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
process.exit(status ?? 1);
