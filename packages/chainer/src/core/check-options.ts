import { config } from './config.ts';
import { kindOf } from './type-check.ts';

/** How many letters must change, come or go to make one word of another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(same, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** Nothing where `known` has every name of `O`; otherwise a type that no list has, so that a forgotten option does not compile. */
type Complete<O, K> = [Exclude<keyof O, K>] extends [never] ? unknown : { missing: Exclude<keyof O, K> };

function refuse(who: string, options: unknown, known: readonly string[]): never {
  throw new TypeError(`[${who}] options must be a record { ${known.join(', ')} }, got ${kindOf(options)}`);
}

/**
 * Options must have known names: what is misspelled would be ignored without a word. Does nothing where `config.typeCheck` is off.
 *
 * @param known all names that the type of the options has.
 * @throws {TypeError} for a name that is not known, with the nearest that is, and for a list, an array or a number in place of options.
 */
export function checkOptions<O extends object, const K extends keyof O & string>(
  who: string,
  options: O,
  known: readonly K[] & Complete<O, K>,
): void {
  if (!config.typeCheck) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) refuse(who, options, known);
  // No list of keys is made: functions of a few microseconds are called this way.
  for (const key in options) {
    if ((known as readonly string[]).includes(key)) continue;
    // An array or a variable, say.
    if (options.constructor !== Object && options.constructor !== undefined) refuse(who, options, known);
    const nearest: string = [...known].sort((a, b) => distance(key, a) - distance(key, b))[0] as K;
    const guess =
      distance(key.toLowerCase(), nearest.toLowerCase()) <= 2 ? `did you mean '${nearest}'? ` : '';
    throw new TypeError(`[${who}] unknown option '${key}'; ${guess}options are ${known.join(', ')}`);
  }
}
