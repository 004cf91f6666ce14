import type { Case } from '../case.ts';
import type { Choices } from '../choices.ts';
import { elementwise } from './elementwise.ts';
import { ArrayProgram } from './program.ts';
import { reductions } from './reductions.ts';
import { shapings } from './shaping.ts';

/** Text of a random program of array functions, with views, all dtypes and arrays without elements. */
export function writeArrays(choices: Choices): Case {
  const program = new ArrayProgram(choices);
  program.source(program.shape());
  for (let k = 0; k < 12 && choices.chance(90); k++) {
    choices.pick(choices.pick([elementwise, shapings, reductions]))(program);
  }
  const { lines, rounding } = program;
  return { kind: 'arrays', dtype: 'float32', rounding: Math.ceil(4 * rounding), lines };
}
