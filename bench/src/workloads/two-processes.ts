import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { print } from '../measure.ts';

const program = fileURLToPath(import.meta.resolve('../steady.js'));
/** How long each process counts its steps. */
const milliseconds = 3000;

/**
 * Steps a second of one process alone, and of two at once, each with the default number of threads. A ratio of 2 shares the machine
 * fairly; what is above is lost to waiting for each other.
 */
export async function twoProcesses(): Promise<void> {
  for (const work of ['mlp', 'mlp_small', 'conv', 'gemm256', 'elementwise']) {
    const [alone] = (await together(work, 1)) as [number];
    const both = await together(work, 2);
    const slower = Math.max(...both);
    print({
      name: `two processes ${work}`,
      alone_ms: round(alone),
      together_ms: round(slower),
      slowdown: round(slower / alone),
    });
  }
}

/** Milliseconds a step of `n` processes that count at the same time. */
async function together(work: string, n: number): Promise<number[]> {
  const children = Array.from({ length: n }, () => {
    const child = fork(program, [work, String(milliseconds)], { execArgv: process.execArgv });
    const ended = new Promise<never>((_, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (code !== 0)
          reject(new Error(`[twoprocesses] a process that ran ${work} ended with ${code ?? signal}`));
      });
    });
    const message = () =>
      Promise.race([new Promise<unknown>((resolve) => child.once('message', resolve)), ended]);
    return { child, message };
  });
  // Everybody is warm before anybody counts.
  await Promise.all(children.map(({ message }) => message()));
  const counted = children.map(({ child, message }) => {
    const result = message() as Promise<number>;
    child.send('go');
    return result;
  });
  return Promise.all(counted);
}

function round(x: number): number {
  return Math.round(x * 1e3) / 1e3;
}
