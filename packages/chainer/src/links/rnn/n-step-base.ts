import * as xp from '@chainer/xp/functions';
import { array } from '@chainer/xp/functions';
import { ChainList } from '../../core/chain-list.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { asArray, Variable, type VariableLike } from '../../core/variable.ts';
import { permutate } from '../../functions/array/permutate.ts';
import { transposeSequence } from '../../functions/array/transpose-sequence.ts';
import type { LayerWeights } from '../../functions/rnn/n-step-composed.ts';
import { LeCunNormal } from '../../initializers/le-cun-normal.ts';
import { longestFirst } from './sequence-order.ts';
import { zeroState } from './state.ts';

/** Options of n-step layers. */
export interface NStepOptions {
  readonly initialW?: InitializerLike | null;
  readonly initialBias?: InitializerLike | null;
}

/** Weights of one layer in one direction, `w0 …` and `b0 …`; the stack that owns it applies them. */
class NStepWeights extends Link {
  private readonly count: number;

  constructor(shapes: readonly (readonly [number, number])[], W: InitializerLike, b: InitializerLike) {
    super();
    this.count = shapes.length;
    const own = this as unknown as Record<string, Parameter>;
    shapes.forEach((shape, k) => {
      own[`w${k}`] = new Parameter(W, shape, { name: `w${k}` });
      own[`b${k}`] = new Parameter(b, [shape[0]], { name: `b${k}` });
    });
  }

  list(letter: 'w' | 'b'): Parameter[] {
    const own = this as unknown as Record<string, Parameter>;
    return Array.from({ length: this.count }, (_, k) => own[`${letter}${k}`] as Parameter);
  }

  forward(): never {
    throw new Error('[NStepWeights] a layer cannot be applied by itself: apply the whole stack');
  }
}

/**
 * A stack of recurrent layers over whole sequences of any lengths and in any order.
 *
 * Sequences are sorted, cut into time steps, and put back in order.
 */
export abstract class NStepBase extends ChainList {
  readonly nLayers: number;
  readonly dropout: number;
  readonly outSize: number;
  /** 1, or 2 for both directions. */
  readonly direction: number;

  constructor(
    nLayers: number,
    inSize: number,
    outSize: number,
    dropout: number,
    options: NStepOptions,
    direction: 1 | 2,
    nWeights: number,
  ) {
    checkOptions(new.target.name, options, ['initialW', 'initialBias']);
    const W = options.initialW ?? new LeCunNormal();
    const b = options.initialBias ?? 0;
    super(
      ...Array.from({ length: nLayers * direction }, (_, i) => {
        const input = i < direction ? inSize : outSize * direction;
        const shapes = Array.from({ length: nWeights }, (_, k): [number, number] => [
          outSize,
          k < nWeights / 2 ? input : outSize,
        ]);
        return new NStepWeights(shapes, W, b);
      }),
    );
    this.nLayers = nLayers;
    this.dropout = dropout;
    this.outSize = outSize;
    this.direction = direction;
  }

  /** Weights of every layer and direction. */
  get ws(): LayerWeights {
    return ([...this] as NStepWeights[]).map((layer) => layer.list('w'));
  }

  /** Biases of every layer and direction. */
  get bs(): LayerWeights {
    return ([...this] as NStepWeights[]).map((layer) => layer.list('b'));
  }

  /** Number of states: 1, or 2 with a cell state. */
  abstract get nCells(): number;

  /** Applies the layers to time steps: from the states to the states and the outputs. */
  protected abstract run(
    states: readonly VariableLike[],
    xs: readonly Variable[],
  ): { states: readonly Variable[]; ys: readonly Variable[] };

  /** Zero states for sequences. */
  initHx(xs: readonly VariableLike[]): Variable {
    const first = asArray(xs[0] as VariableLike);
    return new Variable(
      xp.zeros([this.nLayers * this.direction, xs.length, this.outSize], {
        dtype: first.dtype,
        device: first.device,
      }),
    );
  }

  /** Sorts, applies and restores the order. */
  protected apply(
    given: readonly (VariableLike | null)[],
    xs: readonly VariableLike[],
  ): { states: Variable[]; ys: Variable[] } {
    const who = this.constructor.name;
    if (!Array.isArray(xs) || xs.length === 0)
      throw new TypeError(`[${who}] xs must be a list of at least one sequence`);
    const order = longestFirst(xs);
    const first = asArray(xs[0] as VariableLike);
    const indices = array(Int32Array.from(order.indices), { device: first.device });
    const inOrder = (h: VariableLike | null) =>
      h === null ? this.initHx(xs) : permutate(h, indices, { axis: 1 });
    const result = this.run(given.map(inOrder), transposeSequence(order.apply(xs)));
    const ys = transposeSequence(result.ys);
    // Sequences without elements have no time step to come back from.
    while (ys.length < xs.length) ys.push(zeroState(first, [0, this.outSize * this.direction]));
    return {
      states: result.states.map((h) => permutate(h, indices, { axis: 1, inv: true })),
      ys: order.undo(ys),
    };
  }
}
