import { Unsupported } from '../../src/outcome.ts';
import { fileAt } from './files.ts';

/** A case that writes files cannot run in a page. */
const refuse = async (): Promise<never> => {
  throw new Unsupported('a page has no folders to write to');
};

export const mkdtemp = refuse;
export const rm = refuse;
export const readdir = refuse;

export const readFile = async (path: string): Promise<Uint8Array> => fileAt(path);
