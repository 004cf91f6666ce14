import { complexes } from './complex.ts';
import { integers } from './integers.ts';
import { linear } from './linear.ts';
import { reals } from './reals.ts';
import { threads } from './threads.ts';

/**
 * Types and functions that kernels use, by name. A kernel's text gets those that it mentions, and those that these mention, in the
 * order of the library. Nothing is included from elsewhere: the run-time compiler needs no headers, and the host's compiler, which
 * tests use, sees the same text.
 */
const library: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...reals, ...complexes, ...linear, ...threads, ...integers }),
);

const known = new Map<string, string>();

/** What stands before a kernel's own text. */
export function preludeFor(text: string): string {
  const found = new Set<string>();
  const visit = (part: string) => {
    for (const name of namesIn(part)) {
      if (found.has(name)) continue;
      const source = library.get(name);
      if (source === undefined) continue;
      found.add(name);
      visit(source);
    }
  };
  visit(text);
  const key = [...found].sort().join();
  let made = known.get(key);
  if (made === undefined) {
    made = [...library]
      .filter(([name]) => found.has(name))
      .map(([, source]) => source.trim())
      .join('\n');
    known.set(key, made);
  }
  return made;
}

function namesIn(text: string): Set<string> {
  return new Set(text.match(/\bx_\w+/g) ?? []);
}

/** The names of the library that a text mentions and the library lacks: for tests. */
export function unknownNames(text: string): string[] {
  return [...namesIn(text)].filter((name) => !library.has(name));
}
