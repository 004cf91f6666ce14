import type { Case } from './case.ts';
import { checkProgram } from './check.ts';
import type { Program } from './execute.ts';
import { variantsOf } from './variants.ts';

/** Runs a printed case on all devices, and says what came of it; the process ends with 1 if it fails. */
export async function replay(about: Omit<Case, 'lines'>, program: Program): Promise<void> {
  const verdict = checkProgram(program, about, await variantsOf(null));
  console.log(verdict.status === 'passed' ? 'passed' : `${verdict.status}: ${verdict.message}`);
  if (verdict.status === 'failed') process.exitCode = 1;
}
