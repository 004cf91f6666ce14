import { type Json, stringOf } from './json.ts';
import { FormatError, isLack, Mismatch, Unsupported } from './outcome.ts';

/** Whether a class in an error's ancestry has that name, or the error calls itself so. */
function isOf(error: Error, name: string): boolean {
  for (let type = error.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type))
    if (type.name === name) return true;
  return error.name === name;
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a message names one of the functions, as a word. */
export const names = (message: string, functions: readonly string[]): boolean =>
  functions.some((name) => new RegExp(`(^|[^\\w])${escaped(name)}([^\\w]|$)`, 'i').test(message));

/** Who may be named by an error: the function itself, or whatever stands in brackets at the start. */
export interface Blame {
  readonly functions: readonly string[];
  /** An error that comes from a function inside (a link's, an optimizer's) may name that one. */
  readonly orBracketed?: boolean;
}

/** What is wrong with the way an error was thrown, or null. */
export function complaint(error: unknown, expected: string, blame: Blame): string | null {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is no Error`;
  if (expected === 'InvalidType' && !isOf(error, 'InvalidType'))
    return `threw ${error.name}, expected InvalidType: ${error.message}`;
  const bracketed = /^\[[\w.]+\]\s*\S/.test(error.message);
  if (!names(error.message, blame.functions) && !(blame.orBracketed && bracketed))
    return `the message of ${error.name} does not name ${blame.functions.join(' or ')}: ${error.message}`;
  return null;
}

/** Runs what must throw. Of the classes only InvalidType must agree; the message must name the function. */
export async function expectRaises(
  expected: Json | undefined,
  blame: Blame,
  action: () => unknown,
): Promise<void> {
  const name = stringOf(expected, 'raises');
  let result: unknown;
  try {
    result = await action();
  } catch (error) {
    if (error instanceof Unsupported || error instanceof FormatError || isLack(error)) throw error;
    const message = complaint(error, name, blame);
    if (message !== null) throw new Mismatch(message);
    return;
  }
  throw new Mismatch(`nothing was thrown, expected ${name}${result === undefined ? '' : `: got ${result}`}`);
}
