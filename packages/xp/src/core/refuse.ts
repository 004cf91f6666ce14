import type { NdArray } from './ndarray.ts';
import { dataSync } from './read.ts';

/**
 * Throws for the first code (int32) that is not 0. A device that cannot be read at once is told to throw with the next read.
 *
 * @param key what tells this refusal from others; `error` must follow from it and the code.
 */
export function refuseCodes(codes: NdArray, key: string, error: (code: number) => Error): void {
  if (codes.size === 0) return;
  if (!codes.device.synchronous) {
    codes.device.refuseLater?.(codes, key, error);
    return;
  }
  const bad = (dataSync(codes) as Int32Array).find((code) => code !== 0);
  if (bad !== undefined) throw error(bad);
}
