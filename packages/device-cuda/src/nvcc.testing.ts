import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { preludeFor } from './cuda/library.ts';

/** NVIDIA's compiler, or null: in `CUDA_HOME`, under `/usr/local`, on the path. */
export function findNvcc(): string | null {
  const homes = existsSync('/usr/local')
    ? readdirSync('/usr/local')
        .filter((name) => name.startsWith('cuda'))
        .map((name) => join('/usr/local', name, 'bin'))
    : [];
  const own = process.env.CUDA_HOME === undefined ? [] : [join(process.env.CUDA_HOME, 'bin')];
  const folders = [...own, ...homes, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'nvcc')).find((file) => existsSync(file)) ?? null;
}

/** Modules as one text: what they share stands once, each has a namespace of its own. */
export function together(modules: readonly string[]): string {
  const parts = modules.map((module, k) => {
    const prelude = preludeFor(module);
    if (!module.startsWith(prelude)) throw new Error('a module does not begin with what it needs');
    return `namespace k${k} {${module.slice(prelude.length).replace('extern "C"', '')}}`;
  });
  return `${preludeFor(modules.join('\n'))}\n${parts.join('\n')}`;
}

/** What the compiler says about a text that it compiles to machine code for sm_80 and sm_90; empty if all is well. */
export async function complaintsOf(nvcc: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chainer-nvcc-'));
  try {
    const file = join(folder, 'kernels.cu');
    await writeFile(file, text);
    const processors = [80, 90].flatMap((n) => ['-gencode', `arch=compute_${n},code=sm_${n}`]);
    // Whether it compiles is the question, not how well.
    const quick = ['-Xcicc', '-O1', '-Xptxas', '-O1'];
    const args = [
      '-fatbin',
      '-std=c++17',
      ...processors,
      ...quick,
      '-o',
      join(folder, 'kernels.fatbin'),
      file,
    ];
    return await new Promise((resolve) => {
      execFile(nvcc, args, { maxBuffer: 1 << 26 }, (error, out, err) => {
        resolve(error === null ? '' : `${out}${err}${String(error)}`.slice(0, 4000));
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
