import type { CanSerialize, Serializer } from '../core/serializer.ts';
import { isScalarLike, Summary } from './summary.ts';

/**
 * Means and standard deviations of named scalars. What is not a scalar is ignored; `[value, weight]` counts `weight` times.
 *
 * @example
 * import { DictSummary } from 'chainer';
 * const summary = new DictSummary();
 * summary.add({ loss: 1 });
 * summary.add({ loss: 3, accuracy: 0.5 });
 * const means = await summary.computeMean();
 * means.loss; // 2
 */
export class DictSummary implements CanSerialize {
  private summaries = new Map<string, Summary>();

  /** Adds an observation. */
  add(values: Readonly<Record<string, unknown>>): void {
    for (const [name, given] of Object.entries(values)) {
      const pair = Array.isArray(given) && given.length === 2;
      const value: unknown = pair ? given[0] : given;
      const weight: unknown = pair ? given[1] : 1;
      if (!isScalarLike(value) || !isScalarLike(weight)) continue;
      let summary = this.summaries.get(name);
      if (summary === undefined) {
        summary = new Summary();
        this.summaries.set(name, summary);
      }
      summary.add(value, { weight });
    }
  }

  /** Reads the values that wait on a device. */
  async settle(): Promise<void> {
    for (const summary of this.summaries.values()) await summary.settle();
  }

  /** Mean by name. */
  async computeMean(): Promise<Record<string, number>> {
    const means: Record<string, number> = {};
    for (const [name, summary] of this.summaries) means[name] = await summary.computeMean();
    return means;
  }

  /** Mean by name, and the standard deviation by `name.std`. */
  async makeStatistics(): Promise<Record<string, number>> {
    const statistics: Record<string, number> = {};
    for (const [name, summary] of this.summaries) {
      const [mean, std] = await summary.makeStatistics();
      statistics[name] = mean;
      statistics[`${name}.std`] = std;
    }
    return statistics;
  }

  /** Forgets everything. */
  clear(): void {
    this.summaries.clear();
  }

  serialize(serializer: Serializer): void {
    const names = JSON.parse(
      serializer.value('_names', JSON.stringify([...this.summaries.keys()])),
    ) as string[];
    if (!serializer.writing) this.summaries = new Map(names.map((name) => [name, new Summary()]));
    const child = serializer.child('_summaries');
    names.forEach((name, i) => {
      (this.summaries.get(name) as Summary).serialize(child.child(String(i)));
    });
  }
}
