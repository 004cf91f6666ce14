// The README's example is compiled against the public types and run, from a folder where only `node_modules` is in reach.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules', '.cache', `readme-${process.pid}`);

/** The TypeScript blocks of a Markdown text. */
function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

/** What the comments `// prints …` of a program promise. */
function promisedLines(program: string): string[] {
  return [...program.matchAll(/\/\/ prints (.*)$/gm)].map((match) => (match[1] ?? '').trim());
}

function node(...args: string[]): { status: number | null; output: string; stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, output: stdout + stderr };
}

describe('README.md', () => {
  const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  const program = blocks[0] ?? '';

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has one example, and it says what it prints', () => {
    expect(blocks).toHaveLength(1);
    expect(promisedLines(program).length).toBeGreaterThan(0);
  });

  it('has an example that compiles and prints what it says', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'example.ts'), program);
    const options = {
      module: 'NodeNext',
      target: 'ES2023',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['example.ts'] }),
    );

    const compiled = node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder);
    expect(compiled.output).toBe('');

    const ran = node(join(folder, 'example.js'));
    expect(ran.status, ran.output).toBe(0);
    expect(ran.stdout.trimEnd().split('\n')).toEqual(promisedLines(program));
  });
});
