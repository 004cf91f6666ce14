import { buildComputationalGraph, type Style } from '../../computational-graph/build.ts';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { Variable } from '../../core/variable.ts';
import { files, writeAtomically } from '../../files.ts';
import { OnceTrigger } from '../triggers/once-trigger.ts';
import type { Extension, TrainerLike, Trigger } from '../types.ts';

/** Options of `DumpGraph`. */
export interface DumpGraphOptions {
  readonly filename?: string;
  readonly variableStyle?: Style | 'default' | null;
  readonly functionStyle?: Style | 'default' | null;
}

/**
 * Writes the computational graph of a reported variable in Graphviz's language, once, after the first iteration. Graphs of reported
 * variables are kept until then.
 *
 * @param rootName name of the variable, `main/loss`.
 * @throws {Error} if nothing of that name is reported, or it is no variable.
 * @example
 * import { DumpGraph } from 'chainer/training/extensions';
 * const extension = new DumpGraph('main/loss');
 * extension.defaultName; // 'DumpGraph'
 * // trainer.extend(extension), and afterwards: dot -Tpng result/cg.dot -o cg.png
 */
export class DumpGraph implements Extension {
  name: string | undefined;
  readonly defaultName = 'DumpGraph';
  readonly trigger: Trigger = new OnceTrigger();
  private readonly rootName: string;
  private readonly filename: string;
  private readonly styles: {
    variableStyle?: Style | 'default' | null;
    functionStyle?: Style | 'default' | null;
  };
  private kept: boolean | null = null;

  constructor(rootName: string, options: DumpGraphOptions = {}) {
    checkOptions('DumpGraph', options, ['filename', 'variableStyle', 'functionStyle']);
    this.rootName = rootName;
    this.filename = options.filename ?? 'cg.dot';
    this.styles = {};
    if (options.variableStyle !== undefined) this.styles.variableStyle = options.variableStyle;
    if (options.functionStyle !== undefined) this.styles.functionStyle = options.functionStyle;
  }

  initialize(): void {
    this.kept = config.keepGraphOnReport;
    config.keepGraphOnReport = true;
  }

  async run(trainer: TrainerLike): Promise<void> {
    this.restore();
    const root = trainer.observation[this.rootName];
    if (!(root instanceof Variable)) {
      throw new Error(
        `[DumpGraph] '${this.rootName}' is ${root === undefined ? `not among what was reported (${Object.keys(trainer.observation).join(', ')})` : 'no Variable'}`,
      );
    }
    const text = buildComputationalGraph([root], this.styles).dump();
    const { path } = await files('DumpGraph');
    await writeAtomically('DumpGraph', path.join(trainer.out, this.filename), text);
  }

  private restore(): void {
    if (this.kept !== null) config.keepGraphOnReport = this.kept;
    this.kept = null;
  }

  finalize(): void {
    this.restore();
  }
}
