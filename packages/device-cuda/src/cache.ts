import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const digest = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
const digestBytes = 32;

/** Compiled kernels on disk: a file a text, which begins with the hash of what follows. */
export class DiskCache {
  /** Null: nothing is kept. */
  readonly folder: string | null;

  constructor(folder: string | null = cacheFolder()) {
    this.folder = folder;
  }

  /** The name under which something made of these parts is kept. */
  static key(...parts: readonly string[]): string {
    return digest(parts.join('\0')).toString('hex');
  }

  /** What is kept under a key; null if nothing is, or what is there was damaged. */
  read(key: string): Uint8Array | null {
    if (this.folder === null) return null;
    let file: Buffer;
    try {
      file = readFileSync(this.path(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const data = file.subarray(digestBytes);
    if (digest(data).equals(file.subarray(0, digestBytes))) return data;
    rmSync(this.path(key), { force: true });
    return null;
  }

  /** Keeps data. Whoever reads meanwhile finds it whole or not at all. */
  write(key: string, data: Uint8Array): void {
    if (this.folder === null) return;
    const path = this.path(key);
    mkdirSync(join(this.folder, key.slice(0, 2)), { recursive: true });
    const part = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(part, Buffer.concat([digest(data), data]));
    renameSync(part, path);
  }

  private path(key: string): string {
    return join(this.folder as string, key.slice(0, 2), key.slice(2));
  }
}

/** `CHAINER_CUDA_CACHE` (`off`: none), or a folder of the user's cache. */
function cacheFolder(): string | null {
  const asked = process.env.CHAINER_CUDA_CACHE;
  if (asked === 'off') return null;
  if (asked !== undefined && asked !== '') return asked;
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'chainer', 'cuda');
}
