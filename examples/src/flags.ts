import { type ParseArgsConfig, parseArgs } from 'node:util';

/** One flag of a command line: its value unless given (and with `--quick`), and how a text becomes one. */
export interface Flag<T> {
  readonly about: string;
  /** How the value is shown in the usage; empty for a switch. */
  readonly hint: string;
  readonly value: T;
  readonly quick: T;
  readonly short: string | null;
  readonly parse: (text: string, name: string) => T;
}

/** The flags of a program, by name. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What a command line says. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

interface Settings<T> {
  readonly quick?: T;
  readonly short?: string;
}

/** A whole number from `least` (1) on. */
export function count(
  value: number,
  about: string,
  settings: Settings<number> & { readonly least?: number } = {},
): Flag<number> {
  const { quick = value, short = null, least = 1 } = settings;
  const parse = (text: string, name: string) => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least)
      throw new Error(`--${name} must be an integer of at least ${least}, got ${text}`);
    return n;
  };
  return { about, hint: 'N', value, quick, short, parse };
}

/** A number from `least` (0) on. */
export function real(
  value: number,
  about: string,
  settings: Settings<number> & { readonly least?: number } = {},
): Flag<number> {
  const { quick = value, short = null, least = 0 } = settings;
  const parse = (text: string, name: string) => {
    const x = Number(text);
    if (text.trim() === '' || !Number.isFinite(x) || x < least)
      throw new Error(`--${name} must be a number of at least ${least}, got ${text}`);
    return x;
  };
  return { about, hint: 'X', value, quick, short, parse };
}

/** One of some words. */
export function choice<const T extends string>(
  value: T,
  words: readonly T[],
  about: string,
  settings: Settings<T> = {},
): Flag<T> {
  const { quick = value, short = null } = settings;
  const parse = (text: string, name: string) => {
    if (!(words as readonly string[]).includes(text))
      throw new Error(`--${name} must be ${words.join(' or ')}, got ${text}`);
    return text as T;
  };
  return { about, hint: words.join('|'), value, quick, short, parse };
}

/** A file, a folder, a name; null: none. */
export function text<T extends string | null>(
  value: T,
  about: string,
  settings: Settings<T | string> & { readonly hint?: string } = {},
): Flag<T | string> {
  const { quick = value, short = null, hint = 'FILE' } = settings;
  return { about, hint, value, quick, short, parse: (given) => given };
}

/** A switch: false unless given. */
export function toggle(about: string): Flag<boolean> {
  return { about, hint: '', value: false, quick: false, short: null, parse: () => true };
}

/** Flags that every program has. */
export const common = {
  device: text<string | null>(null, 'cpu, js, cuda:0 … (the best there is)', { short: 'd', hint: 'NAME' }),
  seed: count(0, 'seed of all random numbers', { least: 0 }),
  out: text('result', 'where logs, plots and snapshots go', { short: 'o', hint: 'FOLDER' }),
} as const;

/** Flags of programs with a Trainer. */
export const trained = (epochs: number, batch: number, quick: { epoch?: number; batchsize?: number } = {}) =>
  ({
    epoch: count(epochs, 'epochs to train', { short: 'e', quick: quick.epoch ?? 1 }),
    batchsize: count(batch, 'examples of a batch', { short: 'b', quick: quick.batchsize ?? batch }),
    resume: text<string | null>(null, 'go on from a snapshot', { short: 'r' }),
  }) as const;

/**
 * Reads a command line; null: help was asked for. `--quick` takes the flags' quick values, which others on the line overrule.
 *
 * @throws {Error} for what no flag says.
 */
export function readFlags<F extends Flags>(flags: F, args: readonly string[]): Values<F> | null {
  const options: NonNullable<ParseArgsConfig['options']> = {
    quick: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const [name, { hint, short }] of Object.entries(flags))
    options[name] = { type: hint === '' ? 'boolean' : 'string', ...(short ? { short } : {}) };
  const given = parseArgs({ args: [...args], options }).values as Record<
    string,
    string | boolean | undefined
  >;
  if (given.help) return null;
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const said = given[name];
    values[name] =
      said === undefined ? (given.quick ? flag.quick : flag.value) : flag.parse(String(said), name);
  }
  return values as Values<F>;
}

/** The usage of flags, one a line. */
export function usage(flags: Flags): string {
  const lines = Object.entries({
    ...flags,
    quick: toggle('a small form, for a look'),
    help: toggle('this text'),
  }).map(([name, { hint, about, value, short }]) => {
    const call = `--${name}${hint === '' ? '' : ` ${hint}`}${short ? ` (-${short})` : ''}`;
    const usual = value === null || value === false ? '' : ` (${String(value)})`;
    return `  ${call.padEnd(34)} ${about}${usual}`;
  });
  return `${lines.join('\n')}\n`;
}
