import type { NdArray } from '@chainer/xp/functions';
import { type Program, trackInto } from '@chainer/xp/internal';
import type { RowRule } from './collector.ts';
import { updateRows } from './row-update.ts';

/** A gradient that is zero but in some rows: `rows[j]` is added to row `ids[j]`. Optimizers may take it so; all others see it dense. */
export class RowGradient {
  /** `[n]`, integers; an id may come several times. */
  readonly ids: NdArray;
  /** `[n, …]` */
  readonly rows: NdArray;
  private readonly rule: RowRule;
  private readonly input: number;

  /** @param input which gradient of the rule's it is. */
  constructor([ids, rows]: readonly NdArray[], rule: RowRule, input: number) {
    this.ids = ids as NdArray;
    this.rows = rows as NdArray;
    this.rule = rule;
    this.input = input;
  }

  /** The whole gradient. */
  dense(shape: readonly number[]): NdArray {
    return this.rule.gradient(this.input, [this.ids, this.rows], shape);
  }

  /** The whole gradient of a leaf, which keeps it: no scope that happens to be open takes it back. */
  denseToKeep(shape: readonly number[], pass: number): NdArray {
    const outer = trackInto(null);
    try {
      const g = this.dense(shape);
      g.storage.born = pass;
      g.storage.holders++;
      return g;
    } finally {
      trackInto(outer);
    }
  }

  /**
   * Runs an update kernel over the rows that there are.
   *
   * @param targets the parameter, then its state.
   */
  update(program: Program, targets: readonly NdArray[], scalars: readonly number[]): void {
    updateRows(program, targets, this, scalars);
  }

  /** Gives the memory back, which nobody else was handed. */
  release(): void {
    for (const { storage } of [this.ids, this.rows]) {
      storage.holders--;
      if (storage.born > 0 && storage.holders === 0 && !storage.kept) storage.release();
    }
  }
}
