import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { accuracy } from '../../functions/evaluation/accuracy.ts';
import { softmaxCrossEntropy } from '../../functions/loss/softmax-cross-entropy.ts';
import { report } from '../../reporter/reporter.ts';

/** A function of a prediction and a target. */
export type PredictionFunction = (y: Variable, t: VariableLike) => Variable;

/** Options of Classifier. */
export interface ClassifierOptions {
  /** From prediction and target to the loss: softmaxCrossEntropy unless given. */
  readonly lossfun?: PredictionFunction;
  /** From prediction and target to the accuracy: accuracy unless given. */
  readonly accfun?: PredictionFunction;
  /** Which argument is the target: a position (-1, the last, unless given). */
  readonly labelKey?: number;
}

/**
 * A predictor with a loss and an accuracy: what the trainer optimises. Reports `loss` and `accuracy`.
 *
 * @example
 * import { links as L, xp } from 'chainer';
 * const model = new L.Classifier(new L.Linear(3, 2));
 * const loss = model.forward(xp.ones([4, 3]), xp.array([0, 1, 0, 1], { dtype: 'int32' }));
 * loss.shape; // []
 */
export class Classifier extends Chain {
  readonly predictor: Link;
  readonly lossfun: PredictionFunction;
  readonly accfun: PredictionFunction;
  readonly labelKey: number;
  /** Whether the accuracy is computed. */
  computeAccuracy = true;
  /** The last prediction, loss and accuracy. */
  y: Variable | null = null;
  loss: Variable | null = null;
  accuracy: Variable | null = null;

  constructor(predictor: Link, options: ClassifierOptions = {}) {
    super();
    checkOptions('Classifier', options, ['lossfun', 'accfun', 'labelKey']);
    this.lossfun = options.lossfun ?? softmaxCrossEntropy;
    this.accfun = options.accfun ?? accuracy;
    this.labelKey = options.labelKey ?? -1;
    if (!Number.isInteger(this.labelKey))
      throw new TypeError(`[Classifier] labelKey must be an integer, got ${String(this.labelKey)}`);
    this.predictor = predictor;
  }

  /** @param args what the predictor takes, and the target at `labelKey`. */
  forward(...args: VariableLike[]): Variable {
    const key = this.labelKey < 0 ? args.length + this.labelKey : this.labelKey;
    const t = args[key];
    if (t === undefined || args.length < 2) {
      throw new RangeError(
        `[Classifier] labelKey ${this.labelKey} is out of bounds: got ${args.length} arguments, need inputs and a target`,
      );
    }
    const inputs = args.filter((_, i) => i !== key);
    const y = (this.predictor as unknown as { forward(...xs: VariableLike[]): Variable }).forward(...inputs);
    const loss = this.lossfun(y, t);
    this.y = y;
    this.loss = loss;
    report({ loss }, this);
    if (this.computeAccuracy) {
      this.accuracy = this.accfun(y, t);
      report({ accuracy: this.accuracy }, this);
    }
    return loss;
  }
}
