import { xp } from 'chainer';
import type { Case } from './case.ts';
import type { Disturbance } from './disturbance.ts';
import { Kit, type Results } from './kit.ts';

/** A program as a function. */
export type Program = (kit: Kit) => unknown;

/** Names that programs use. */
export const vocabulary = [
  'F',
  'xp',
  'optimizers',
  'values',
  'integers',
  'bits',
  'input',
  'parameter',
  'state',
  'train',
  'keep',
] as const;

/** The program of a case. */
export function compile({ lines }: Case): Program {
  // The text was written by this very program.
  return new Function(`{ ${vocabulary.join(', ')} }`, lines.join('\n')) as Program;
}

/** Runs a program on a device: what it leaves, or the error that it throws. */
export function execute(
  program: Program,
  dtype: xp.DTypeName,
  device: xp.Device,
  disturbance: Disturbance | null = null,
): Results | Error {
  const before = xp.random.getRandomState();
  try {
    return xp.withDevice(device, () => {
      xp.random.setRandomState(new xp.random.RandomState(0));
      const kit = new Kit(device, dtype, disturbance);
      program(kit);
      return kit.results;
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    xp.random.setRandomState(before);
  }
}
