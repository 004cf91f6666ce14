import { fileAt, files } from './files.ts';

export const existsSync = (path: string): boolean => files.has(path);

export const statSync = (path: string) => ({ isDirectory: () => !files.has(path) });

/** All files below a folder, as `recursive` and `withFileTypes` give them. */
export const readdirSync = (folder: string) =>
  [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      parentPath: path.slice(0, path.lastIndexOf('/')),
      isFile: () => true,
    }));

export function readFileSync(path: string): Uint8Array;
export function readFileSync(path: string, encoding: 'utf8'): string;
export function readFileSync(path: string, encoding?: 'utf8'): Uint8Array | string {
  const bytes = fileAt(path);
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
}
