// The examples of the README and of the guide are compiled against the public types and run, from a folder where only `node_modules` is in
// reach. The blocks of a page are one program; a block fenced by `~~~` is only shown.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const guide = readdirSync(join(root, 'docs', 'guide')).sort();
const pages = ['README.md', ...guide.map((name) => join('docs', 'guide', name))].map((file, i) => {
  const blocks = codeBlocks(readFileSync(join(root, file), 'utf8'));
  return { file, blocks, program: blocks.join('\n'), name: `page${i}` };
});

/** What the compiler says about each page's program, by its name. */
function typeErrors(): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { name, program } of pages) writeFileSync(join(folder, `${name}.ts`), program);
  const options = { module: 'NodeNext', target: 'ES2023', strict: true, types: ['node'], skipLibCheck: true };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  const { output } = node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder);
  return new Map(
    pages.map(({ name }) => [
      name,
      output
        .split('\n')
        .filter((line) => line.startsWith(`${name}.ts`))
        .join('\n'),
    ]),
  );
}

describe('pages', () => {
  const errors = typeErrors();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('the README has one example', () => {
    expect(pages[0]?.blocks).toHaveLength(1);
  });

  it.each(pages)('$file compiles, and prints what it says', ({ name, program }) => {
    const promised = promisedLines(program);
    expect(promised.length).toBeGreaterThan(0);
    expect(errors.get(name)).toBe('');
    const ran = node(join(folder, `${name}.js`));
    expect(ran.status, ran.output).toBe(0);
    // An array of several lines is promised in one.
    expect(
      ran.stdout
        .replace(/\]\n \[/g, '] [')
        .trimEnd()
        .split('\n'),
    ).toEqual(promised);
  });
});
