import { config } from '../core/config.ts';
import { Variable } from '../core/variable.ts';

/** Values by name, as extensions see them: `main/loss` to a number, an array of one element, or anything else. */
export type Observation = Record<string, unknown>;

/**
 * Collects what links, updaters and extensions report about themselves. An object that reports is an observer and has a name
 * here; what it reports stands in the observation under `name/key`.
 *
 * @example
 * import { Reporter } from 'chainer';
 * const reporter = new Reporter();
 * const model = {};
 * reporter.addObserver('main', model);
 * const observation: Record<string, unknown> = {};
 * reporter.scope(observation, () => reporter.report({ loss: 0.5 }, model));
 * observation['main/loss']; // 0.5
 */
export class Reporter {
  /** Where reported values go. */
  observation: Observation = {};
  private readonly names = new Map<object, string>();

  /** Gives an observer its name. */
  addObserver(name: string, observer: object): void {
    this.names.set(observer, name);
  }

  /** Gives names to many: the prefix followed by each one's own (`link.namedlinks({skipself: true})`). */
  addObservers(prefix: string, observers: Iterable<readonly [string, object]>): void {
    for (const [name, observer] of observers) this.names.set(observer, prefix + name);
  }

  /** Runs `body` with values going to `observation`, and with this reporter as the current one. */
  scope<T>(observation: Observation, body: () => T): T {
    const before = this.observation;
    this.observation = observation;
    return this.activate(() =>
      afterwards(body, () => {
        if (this.observation === observation) this.observation = before;
      }),
    );
  }

  /** Runs `body` with this reporter as the one that `report` talks to. */
  activate<T>(body: () => T): T {
    const entry = { reporter: this as Reporter };
    active.push(entry);
    return afterwards(body, () => {
      const at = active.lastIndexOf(entry);
      if (at >= 0) active.splice(at, 1);
    });
  }

  /**
   * Takes values, under the observer's name where one is given.
   *
   * Variables are taken without their graph, unless `config.keepGraphOnReport` is on.
   *
   * @throws {Error} if the observer has no name here.
   */
  report(values: Readonly<Record<string, unknown>>, observer: object | null = null): void {
    let prefix = '';
    if (observer !== null) {
      const name = this.names.get(observer);
      if (name === undefined) {
        throw new Error(
          `[Reporter.report] this ${observer.constructor?.name ?? 'object'} is not registered with the reporter; ` +
            "call reporter.addObserver(name, observer), or report from a link below the optimizer's target",
        );
      }
      prefix = `${name}/`;
    }
    for (const [key, value] of Object.entries(values)) this.observation[prefix + key] = detached(value);
  }
}

/** Reporters in force, innermost last. */
const active: { readonly reporter: Reporter }[] = [];

/** A variable without its graph, anything else as it is. */
function detached(value: unknown): unknown {
  if (!(value instanceof Variable) || config.keepGraphOnReport) return value;
  return new Variable(value.array, { requiresGrad: false, name: value.name });
}

/** Runs `body`, then `finish`: after it has settled where it is asynchronous. */
function afterwards<T>(body: () => T, finish: () => void): T {
  let result: T;
  try {
    result = body();
  } catch (error) {
    finish();
    throw error;
  }
  if (result instanceof Promise) return result.finally(finish) as T;
  finish();
  return result;
}

/** The reporter that `report` talks to. @throws {Error} outside of any. */
export function getCurrentReporter(): Reporter {
  const entry = active.at(-1);
  if (entry === undefined)
    throw new Error(
      '[getCurrentReporter] no reporter is active; run inside reporter.scope(...) or a Trainer',
    );
  return entry.reporter;
}

/**
 * Reports values to the current reporter; does nothing where there is none, so that models can report anywhere.
 *
 * @example
 * import { Reporter, report, reportScope } from 'chainer';
 * const observation: Record<string, unknown> = {};
 * new Reporter().activate(() => reportScope(observation, () => report({ lr: 0.1 })));
 * observation.lr; // 0.1
 */
export function report(values: Readonly<Record<string, unknown>>, observer: object | null = null): void {
  active.at(-1)?.reporter.report(values, observer);
}

/** Runs `body` with the current reporter's values going to `observation` (a new reporter's where there is none). */
export function reportScope<T>(observation: Observation, body: () => T): T {
  return (active.at(-1)?.reporter ?? new Reporter()).scope(observation, body);
}
