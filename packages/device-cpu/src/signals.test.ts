import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../xp/dist/node/node.js', import.meta.url));

/** Products and convolutions for a second, while the parent sends a signal that has a handler every millisecond or so. */
const script = `
  import * as xp from ${JSON.stringify(pathToFileURL(entry).href)};
  let handled = 0;
  process.on('SIGWINCH', () => handled++);
  const x = xp.ones([300, 300]);
  const end = Date.now() + 1500;
  console.log('ready');
  while (Date.now() < end) {
    for (let i = 0; i < 20; i++) xp.matmul(x, x);
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(xp.matmul(x, x).at(0, 0).itemSync(), handled > 100);
`;

describe.skipIf(!existsSync(entry) || process.platform === 'win32')('signals', () => {
  it('that arrive during a product are handled after it, and nothing breaks', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, CHAINER_DEVICE: 'cpu' },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    const sender = setInterval(() => {
      if (output.includes('ready') && child.exitCode === null) child.kill('SIGWINCH');
    }, 1);
    const code = await new Promise((resolve) =>
      child.on('exit', (status, signal) => resolve(status ?? signal)),
    );
    clearInterval(sender);
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(output).toBe('ready\n300 true\n');
  });
});
