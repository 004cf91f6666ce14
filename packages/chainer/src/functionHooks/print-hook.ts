import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { FunctionHook } from '../core/function-hook.ts';
import type { FunctionNode } from '../core/function-node.ts';

/** Options of PrintHook. */
export interface PrintHookOptions {
  /** Between an array's description and its values. */
  readonly sep?: string;
  /** After each array. */
  readonly end?: string;
  /** Takes the text; standard output (the console in browsers) unless given. */
  readonly write?: (text: string) => void;
}

const toConsole = (text: string): void => {
  if (typeof process !== 'undefined' && typeof process.stdout?.write === 'function')
    process.stdout.write(text);
  else console.log(text.replace(/\n$/, ''));
};

/**
 * Prints what goes into functions: inputs before forward, retained inputs and output gradients before backward.
 *
 * @example
 * import { functions as F, usingHook, xp } from 'chainer';
 * import { PrintHook } from 'chainer/functionHooks';
 * let text = '';
 * usingHook(new PrintHook({ write: (t) => { text += t; } }), () => F.relu(xp.array([1, -1])));
 * text.split('\n')[0]; // 'function\tReLU'
 */
export class PrintHook extends FunctionHook {
  readonly name = 'PrintHook';
  private readonly sep: string;
  private readonly end: string;
  private readonly write: (text: string) => void;

  constructor(options: PrintHookOptions = {}) {
    super();
    checkOptions('PrintHook', options, ['sep', 'end', 'write']);
    this.sep = options.sep ?? '\n';
    this.end = options.end ?? '\n';
    this.write = options.write ?? toConsole;
  }

  override forwardPreprocess(node: FunctionNode, inputs: readonly NdArray[]): void {
    this.write(`function\t${node.label}\ninput data\n`);
    this.arrays(inputs);
  }

  override backwardPreprocess(
    node: FunctionNode,
    inputs: readonly NdArray[],
    gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.write(`function\t${node.label}\ninput data\n`);
    this.arrays(inputs);
    this.write('output gradient\n');
    this.arrays(gradOutputs);
  }

  private arrays(arrays: readonly (NdArray | null)[]): void {
    for (const x of arrays) {
      if (x === null) this.write(`(None)${this.end}`);
      else
        this.write(
          `${x.dtype.name}[${x.shape.join(', ')}] on ${x.device.name}${this.sep}${x.toString()}${this.end}`,
        );
    }
  }
}
