export { readFileBytes, writeFileAtomic } from './files.ts';
export { type GenfromtxtOptions, genfromtxt } from './genfromtxt.ts';
export { type HostArray, hostArray, hostScalar } from './host-array.ts';
export { type FileLike, fromNpy, type LoadOptions, load } from './load.ts';
export { type LoadtxtOptions, loadtxt, type TableOptions } from './loadtxt.ts';
export { type HostValue, type Saveable, type Strings, toNpy } from './npy.ts';
export {
  isHostArray,
  type NpzValue,
  type ReadNpzOptions,
  readNpz,
  readNpzHost,
  type WriteNpzOptions,
  writeNpz,
} from './npz.ts';
export { type Entries, save, savez, savezCompressed } from './save.ts';
export { type SavetxtOptions, savetxt, toText } from './savetxt.ts';
export type { TextSource } from './text-source.ts';
