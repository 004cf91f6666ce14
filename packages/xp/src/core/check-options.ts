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

/** What a value is that should have been something else: `5`, `'x'`, `a JavaScript array`, `a NdArray`. */
export function kindOf(x: unknown): string {
  if (Array.isArray(x)) return 'a JavaScript array';
  if (typeof x === 'string') return `'${x}'`;
  if (typeof x === 'function') return 'a function';
  return typeof x === 'object' && x !== null ? `a ${x.constructor?.name ?? 'record'}` : String(x);
}

/** Whether a value is a record, as options are where an array may stand as well. */
export function isRecord(x: unknown): x is object {
  return typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}

/** Nothing where `known` has every name of `O`; otherwise a type that no list has, so that a forgotten option does not compile. */
export type Complete<O, K> = [Exclude<keyof O, K>] extends [never]
  ? unknown
  : { missing: Exclude<keyof O, K> };

function refuse(who: string, options: unknown, known: readonly string[]): never {
  throw new TypeError(`[${who}] options must be a record { ${known.join(', ')} }, got ${kindOf(options)}`);
}

/**
 * Options must have known names: what is misspelled would be ignored without a word. `undefined` is no options.
 *
 * @param known all names that the type of the options has.
 * @throws {TypeError} for a name that is not known, with the nearest that is, and for a list, an array or a number in place of options.
 */
export function checkOptions<O extends object, const K extends keyof O & string>(
  who: string,
  options: O | undefined,
  known: readonly K[] & Complete<O, K>,
): void {
  if (options === undefined) return;
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

/** The records among the types that may stand in a place. */
type RecordsOf<T> = T extends number | null | undefined | readonly unknown[] ? never : T;

/**
 * Options from `f(x, axis)`, `f(x, axis, options)` or `f(x, options)`, with known names. What stands there directly is the option that
 * `known` names first; it is checked where it is used.
 */
export function optionsOf<T, const K extends keyof RecordsOf<T> & string>(
  who: string,
  first: T,
  options: RecordsOf<T> | undefined,
  known: readonly K[] & Complete<RecordsOf<T>, K>,
): RecordsOf<T> {
  const names = known as readonly never[];
  checkOptions(who, options as object | undefined, names);
  if (first === undefined) return options ?? ({} as RecordsOf<T>);
  if (first === null || typeof first !== 'object' || Array.isArray(first)) {
    return { ...options, [known[0] as K]: first } as RecordsOf<T>;
  }
  checkOptions(who, first as object, names);
  return first as unknown as RecordsOf<T>;
}
