import { array, type NdArray } from '@chainer/xp/functions';
import { Chain } from '../core/chain.ts';
import { checkOptions } from '../core/check-options.ts';
import { Parameter } from '../core/parameter.ts';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { contentOfSync } from '../files.ts';
import type { OnnxNode } from './fields.ts';
import { operate, operators } from './operators/index.ts';
import { dataBeside, type ExternalData, readModel, readTensor } from './read.ts';

/** Options of OnnxFunction. */
export interface OnnxFunctionOptions {
  /** Files in which elements of tensors lie, by the names that the model has for them; unless given, they are read from beside it. */
  readonly externalData?: ExternalData;
}

/**
 * A network read from an ONNX file, as a link: floating initializers are its parameters, so it can be trained further. Running
 * statistics of batch normalization stay as they are.
 *
 * Understands whatever `onnx.export` writes, recurrent layers (LSTM, GRU, RNN), and most of what networks consist of.
 *
 * @param file the path of the file, or its bytes
 * @throws {Error} if the file is damaged, for elements in a file that is not found, or for operations that are not understood, which it names.
 * @example
 * import { links as L, xp } from 'chainer';
 * import * as onnx from 'chainer/onnx';
 * const bytes = await onnx.export(new L.Linear(3, 2), xp.zeros([1, 3]));
 * const f = new onnx.OnnxFunction(bytes);
 * const [y] = f.forward(xp.ones([1, 3]));
 * y?.shape; // [1, 2]
 */
export class OnnxFunction extends Chain {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private readonly nodes: readonly OnnxNode[];
  private readonly parameterNames: readonly string[];
  private readonly parameters: readonly Parameter[];
  private readonly constants: ReadonlyMap<string, NdArray>;

  constructor(file: string | Uint8Array | ArrayBuffer, options: OnnxFunctionOptions = {}) {
    super();
    checkOptions('OnnxFunction', options, ['externalData']);
    const find = dataBeside('OnnxFunction', file, options.externalData);
    const { graph = {} } = readModel('OnnxFunction', contentOfSync('OnnxFunction', file));
    this.nodes = graph.node ?? [];
    const odd = new Set(this.nodes.map(({ opType = '' }) => opType).filter((type) => !(type in operators)));
    if (odd.size > 0)
      throw new Error(`[OnnxFunction] these operations are not supported: ${[...odd].join(', ')}`);
    const statistics = new Set(
      this.nodes.flatMap(({ opType, input = [] }) => (opType === 'BatchNormalization' ? input.slice(3) : [])),
    );
    const parameters = new Map<string, Parameter>();
    const constants = new Map<string, NdArray>();
    for (const tensor of graph.initializer ?? []) {
      const { data, dtype, shape } = readTensor('OnnxFunction', tensor, find);
      const name = tensor.name ?? '';
      // Integers say how to compute: shapes, axes.
      const x = array(data, { dtype, shape, device: dtype.kind === 'f' ? null : 'js' });
      if (dtype.kind === 'f' && !statistics.has(name)) parameters.set(name, new Parameter(x));
      else constants.set(name, x);
    }
    this.parameterNames = [...parameters.keys()];
    this.parameters = [...parameters.values()];
    this.constants = constants;
    const names = (list: readonly { readonly name?: string }[] = []) => list.map(({ name = '' }) => name);
    this.inputNames = names(graph.input).filter((name) => !parameters.has(name) && !constants.has(name));
    this.outputNames = names(graph.output);
  }

  override ownParameters(): [string, Parameter][] {
    return this.parameterNames.map((name, i) => [name, this.parameters[i] as Parameter]);
  }

  /**
   * @param xs the inputs, in the order of `inputNames`
   * @returns the outputs, in the order of `outputNames`
   */
  forward(...xs: VariableLike[]): Variable[] {
    if (xs.length !== this.inputNames.length)
      throw new TypeError(`[OnnxFunction] takes ${this.inputNames.join(', ')}, got ${xs.length} inputs`);
    const values = new Map<string, VariableLike>([...this.constants, ...this.ownParameters()]);
    for (const [i, name] of this.inputNames.entries()) values.set(name, xs[i] as VariableLike);
    for (const node of this.nodes) {
      const { input = [], output = [] } = node;
      const missing = input.find((name) => name !== '' && !values.has(name));
      if (missing !== undefined)
        throw new Error(
          `[OnnxFunction] ${node.opType} '${node.name ?? ''}' reads '${missing}', which nothing computes`,
        );
      const ys = operate(
        node,
        input.map((name) => values.get(name)),
      );
      for (const [k, name] of output.entries()) if (ys[k] !== undefined) values.set(name, ys[k]);
    }
    return this.outputNames.map((name) => asVariable(values.get(name) as VariableLike));
  }
}
