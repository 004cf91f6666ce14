import { execFileSync } from 'node:child_process';
import { print, summary } from '../measure.ts';

/** Milliseconds that importing each package takes, in a fresh process each time; Node's own start is not counted. */
export async function startUp(): Promise<void> {
  for (const name of ['@chainer/xp', 'chainer']) {
    const code = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start);`;
    const run = () =>
      Number(
        execFileSync(process.execPath, ['--input-type=module', '-e', code], {
          cwd: import.meta.dirname,
          encoding: 'utf8',
        }),
      );
    run();
    print(summary(`import ${name}`, Array.from({ length: 9 }, run)));
  }
}
