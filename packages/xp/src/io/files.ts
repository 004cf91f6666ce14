import { ValueError } from '../errors.ts';

/** Files under Node (and what has its built-in modules). Nothing here is imported, so that browsers' bundlers find nothing to miss. */

interface Fs {
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: string): number;
  writeFileSync(file: number, data: Uint8Array | string): void;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options: { force: boolean }): void;
}

interface Process {
  readonly pid: number;
  readonly getBuiltinModule?: (name: string) => unknown;
}

function node(who: string, instead: string): { readonly fs: Fs; readonly pid: number } {
  const { process } = globalThis as { process?: Process };
  const fs = process?.getBuiltinModule?.('node:fs') as Fs | undefined;
  if (!fs || !process) throw new ValueError(`[${who}] there are no files here: ${instead}`);
  return { fs, pid: process.pid };
}

/** The content of a file. @throws {ValueError} where there are no files; {Error} with the path and the reason where it cannot be read. */
export function readFileBytes(path: string, who = 'readFileBytes'): Uint8Array {
  const { fs } = node(
    who,
    'pass the bytes as a Uint8Array, as in new Uint8Array(await response.arrayBuffer())',
  );
  let content: Uint8Array;
  try {
    content = fs.readFileSync(path);
  } catch (cause) {
    throw new Error(`[${who}] cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  const { buffer, byteOffset, byteLength } = content;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

let written = 0;

/** Writes a file so that it is there whole or as it was before: beside, to disk, then renamed. */
export function writeFileAtomic(path: string, content: Uint8Array | string, who = 'writeFileAtomic'): void {
  const { fs, pid } = node(who, 'toNpy(x) and writeNpz(entries) give the bytes to keep elsewhere');
  const beside = `${path}.${pid}-${written++}.tmp`;
  try {
    const file = fs.openSync(beside, 'wx');
    try {
      fs.writeFileSync(file, content);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(beside, path);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw new Error(`[${who}] cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
