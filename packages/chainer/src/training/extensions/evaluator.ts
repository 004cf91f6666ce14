import { checkOptions } from '../../core/check-options.ts';
import { noBackpropMode, usingConfig } from '../../core/config.ts';
import type { Link } from '../../core/link.ts';
import { type Converter, concatExamples } from '../../dataset/concat-examples.ts';
import type { DatasetIterator } from '../../iterators/iterator.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { type Observation, Reporter, report, reportScope } from '../../reporter/reporter.ts';
import { type Extension, PRIORITY_WRITER, type TrainerLike, type TriggerLike } from '../types.ts';
import { Steps, survivors } from '../updaters/survivors.ts';

/** Options of `Evaluator`. */
export interface EvaluatorOptions {
  readonly converter?: Converter<never>;
  /** Device of the batches; null: where the dataset's arrays are. */
  readonly device?: string | null;
  /** Called before each evaluation. */
  readonly evalHook?: ((evaluator: Evaluator) => void) | null;
  /** What is applied to each batch and reports; the target itself where none is given. */
  readonly evalFunc?: ((...args: never[]) => unknown) | null;
}

/**
 * Evaluates a model on another dataset, in test mode and without a graph, and reports the mean over the batches under
 * `validation/main/…`. The name given to `trainer.extend` replaces `validation`.
 *
 * @param iterator one, or a record of them; made with `{repeat: false}`.
 * @param target the link, or a record of them.
 * @example
 * import { links as L, xp } from 'chainer';
 * import { TupleDataset } from 'chainer/datasets';
 * import { SerialIterator } from 'chainer/iterators';
 * import { Evaluator } from 'chainer/training/extensions';
 * const test = new TupleDataset(xp.ones([6, 4]), new Int32Array(6));
 * const iterator = new SerialIterator(test, 4, { repeat: false, shuffle: false });
 * const evaluator = new Evaluator(iterator, new L.Classifier(new L.Linear(4, 3)));
 * Object.keys(await evaluator.run()); // ['main/loss', 'main/accuracy']
 */
export class Evaluator implements Extension {
  name: string | undefined;
  readonly defaultName = 'validation';
  readonly trigger: TriggerLike = [1, 'epoch'];
  readonly priority = PRIORITY_WRITER;
  protected readonly iterators: Readonly<Record<string, DatasetIterator>>;
  protected readonly targets: Readonly<Record<string, Link>>;
  protected readonly converter: Converter<never>;
  protected readonly device: string | null;
  private readonly steps = new Steps();
  private readonly evalHook: ((evaluator: Evaluator) => void) | null;
  private readonly evalFunc: ((...args: never[]) => unknown) | null;

  constructor(
    iterator: DatasetIterator | Readonly<Record<string, DatasetIterator>>,
    target: Link | Readonly<Record<string, Link>>,
    options: EvaluatorOptions = {},
  ) {
    checkOptions('Evaluator', options, ['converter', 'device', 'evalHook', 'evalFunc']);
    this.iterators =
      'next' in iterator && typeof iterator.next === 'function'
        ? { main: iterator as DatasetIterator }
        : (iterator as Record<string, DatasetIterator>);
    this.targets =
      'namedlinks' in target && typeof target.namedlinks === 'function'
        ? { main: target as Link }
        : (target as Record<string, Link>);
    this.converter = options.converter ?? (concatExamples as Converter<never>);
    this.device = options.device ?? null;
    this.evalHook = options.evalHook ?? null;
    this.evalFunc = options.evalFunc ?? null;
    for (const [name, own] of Object.entries(this.iterators)) {
      if (own.repeat === true)
        throw new Error(
          `[Evaluator] iterator '${name}' repeats, so that evaluation would never end; make it with {repeat: false}`,
        );
    }
  }

  getIterator(name = 'main'): DatasetIterator {
    return this.iterators[name] as DatasetIterator;
  }

  getTarget(name = 'main'): Link {
    return this.targets[name] as Link;
  }

  /** Evaluates, reports to the current reporter, and gives what it reported. */
  async run(_trainer?: TrainerLike): Promise<Record<string, number>> {
    const reporter = new Reporter();
    const prefix = this.name === undefined ? '' : `${this.name}/`;
    for (const [name, target] of Object.entries(this.targets)) {
      reporter.addObserver(prefix + name, target);
      reporter.addObservers(prefix + name, target.namedlinks({ skipself: true }));
    }
    const result = await reporter.activate(() => this.evaluate());
    report(result);
    return result;
  }

  /** Means of what the target reports for each batch. Override it for another way of evaluating. */
  async evaluate(): Promise<Record<string, number>> {
    this.evalHook?.(this);
    const iterator = this.getIterator();
    if (!iterator.reset)
      throw new Error('[Evaluator] the iterator has no reset(), and could be evaluated once only');
    iterator.reset();
    const summary = new DictSummary();
    for (;;) {
      const next = iterator.next();
      const result = next instanceof Promise ? await next : next;
      if (result.done) break;
      summary.add(this.evaluateBatch(result.value));
    }
    return summary.computeMean();
  }

  private evaluateBatch(batch: readonly unknown[]): Observation {
    const observation: Observation = {};
    const target = this.getTarget();
    const evaluate = (this.evalFunc ?? ((...args: never[]) => target.forward(...args))) as (
      ...args: unknown[]
    ) => unknown;
    this.steps.run(() => {
      const args: unknown = this.converter(batch as readonly never[], { device: this.device });
      reportScope(observation, () =>
        usingConfig('train', false, () =>
          noBackpropMode(() => (Array.isArray(args) ? evaluate(...args) : evaluate(args))),
        ),
      );
      return survivors([observation, Object.values(this.targets)]);
    });
    return observation;
  }

  async finalize(): Promise<void> {
    await Promise.all(Object.values(this.iterators).map((iterator) => iterator.finalize?.()));
  }
}
