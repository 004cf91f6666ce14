import { type Counts, watch } from './counters.ts';
import { jaxjs } from './jax.ts';
import { ours } from './ours.ts';
import { tfjs } from './tfjs.ts';
import type { Library, Step, Work } from './work.ts';

const makers = { ours, 'tfjs-webgpu': tfjs, 'jax-js': jaxjs } as const;

export type LibraryName = keyof typeof makers;

/** What one library took for a step of a piece of work. */
export interface Taken {
  readonly library: LibraryName;
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  /** Milliseconds of the very first one, for which kernels were compiled. */
  readonly first: number;
  readonly counts: Counts;
  /** What the last step gave: a loss, where it has one. */
  readonly value: unknown;
}

/** Steps of each library: so many, or as many as fit into that time; three at least, after as many that do not count. */
export interface Effort {
  readonly steps: number;
  readonly milliseconds: number;
}

const counters = watch();
const started = new Map<LibraryName, Library>();

async function libraryOf(name: LibraryName): Promise<Library> {
  const known = started.get(name);
  if (known !== undefined) return known;
  const library = await makers[name]();
  started.set(name, library);
  return library;
}

/** Runs a piece of work with each library, their steps in turn, so that what the machine does meanwhile burdens all of them. */
async function measure(work: Work, names: readonly LibraryName[], effort: Effort): Promise<Taken[]> {
  const steps: Step[] = [];
  for (const name of names) steps.push((await libraryOf(name)).steps[work]());
  const taken = names.map((library) => ({ library, times: [] as number[], value: undefined as unknown }));
  const counts: Counts[] = [];
  const first: number[] = [];
  for (const [k, step] of steps.entries()) {
    const start = performance.now();
    await step();
    first[k] = performance.now() - start;
    const end = performance.now() + effort.milliseconds / 3;
    for (let i = 0; i < 1 || (i < effort.steps && performance.now() < end); i++) await step();
    counters.take();
    await step();
    counts[k] = counters.take();
  }
  const end = performance.now() + effort.milliseconds * steps.length;
  for (let i = 0; i < effort.steps && (i < 3 || performance.now() < end); i++) {
    for (const [k, step] of steps.entries()) {
      const one = taken[k] as (typeof taken)[number];
      const start = performance.now();
      one.value = await step();
      one.times.push(performance.now() - start);
    }
  }
  return taken.map((one, k) => ({ ...one, counts: counts[k] as Counts, first: first[k] as number }));
}

async function adapter(): Promise<string> {
  const found = await navigator.gpu.requestAdapter();
  const { vendor, architecture, description } = found?.info ?? {};
  return [vendor, architecture, description].filter((text) => text).join(' ');
}

// What the program that drives the page calls.
Object.assign(globalThis, { bench: { measure, adapter } });
