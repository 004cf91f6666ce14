import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Line, ours, parse } from './lines.ts';

/** A program that prints JSON lines for a workload that it is called with, and nothing for one that it does not have. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

/** This library's benchmarks, compiled. */
export const self: Program = {
  name: ours,
  command: [
    process.execPath,
    '--min-semi-space-size=16',
    fileURLToPath(new URL('../main.js', import.meta.url)),
  ],
};

/**
 * Runs a workload in rounds, the programs in turn, each in a process of its own, so that what the machine is doing meanwhile burdens all
 * of them.
 *
 * @throws {Error} if a program fails, with the end of what it wrote.
 */
export async function collect(
  workload: string,
  programs: readonly Program[],
  rounds: number,
  say: (what: string) => void,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const program of programs) {
      say(`${workload}, round ${round}: ${program.name}`);
      const text = await output(program, workload);
      for (const row of text.split('\n').filter((r) => r.startsWith('{'))) {
        const { name, ...values } = parse(row, `${program.name}, ${workload}`);
        lines.push({ program: program.name, workload, round, name, values } as Line);
      }
    }
  }
  return lines;
}

/** What a program prints when it is called with a workload. */
function output({ name, command }: Program, workload: string): Promise<string> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args, workload], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.on('error', (cause) => reject(new Error(`[bench:docs] ${name} does not start: ${cause.message}`)));
    child.on('close', (code, signal) => {
      if (code !== 0) {
        reject(
          new Error(
            `[bench:docs] ${name} ended with ${code ?? signal} at ${workload}:\n${errors.slice(-2000)}`,
          ),
        );
        return;
      }
      resolve(out);
    });
  });
}
