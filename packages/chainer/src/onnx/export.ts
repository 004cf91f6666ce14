import { copy, NdArray } from '@chainer/xp/functions';
import { needed, traced } from '../computational-graph/trace.ts';
import { checkOptions } from '../core/check-options.ts';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { Link } from '../core/link.ts';
import { asArray, Variable, type VariableLike } from '../core/variable.ts';
import { writeAtomically } from '../files.ts';
import { encode } from '../protobuf/message.ts';
import { DictionarySerializer } from '../serializers/dictionary-serializer.ts';
import { modelFields } from './fields.ts';
import { GraphBuilder, toValueInfo } from './graph-builder.ts';
import { readsOf, ruleOf } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';

/** What is exported: a link, or a function of variables. */
export type OnnxSource = Link | ((...xs: never[]) => unknown);

/** How one function is written; see `onnx.export`. */
export type OnnxConverter = Rule<never>;

/** Options of `onnx.export`. */
export interface OnnxExportOptions {
  /** Path of the file; null: only the bytes are returned. */
  readonly filename?: string | null;
  /** Version of the operator set, 13 to 17; 17 unless given. */
  readonly opsetVersion?: number;
  /** Names of the inputs: `Input_0`, … unless given. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs: `Output_0`, … unless given, or the keys where the model returns a record. */
  readonly outputNames?: readonly string[];
  /** Name of the graph. */
  readonly graphName?: string;
  /** Whether the model runs in training mode. */
  readonly train?: boolean;
  /** How functions without an entry here (or instead of it) are written, by their label. */
  readonly externalConverters?: Readonly<Record<string, OnnxConverter>>;
}

const versions = { first: 13, last: 17 } as const;

/** Files of operator set 17 are of version 8 of the format. */
const irVersion = 8;

/**
 * Writes a model as an ONNX file, which other runtimes run. The model runs once with the given arguments, in test mode, and every function
 * that runs becomes an operation (recurrent networks are unrolled); parameters and running statistics become initializers, named as in
 * `.npz` files. Shapes are those of the arguments.
 *
 * What the model computes outside of functions (on arrays instead of variables) is not seen: it becomes a constant.
 *
 * @param model a link, or a function of variables
 * @param args its argument, or a list of them: arrays or variables
 * @returns the bytes of the file
 * @throws {Error} for a function that has no equivalent in ONNX, which it names; see `externalConverters`.
 * @throws {TypeError} if an argument is no array, or the model returns something else than variables.
 * @example
 * import { links as L, Sequential, functions as F, xp } from 'chainer';
 * import * as onnx from 'chainer/onnx';
 * const model = new Sequential(new L.Linear(4, 8), F.relu, new L.Linear(8, 3));
 * const bytes = await onnx.export(model, xp.zeros([1, 4]));
 * bytes.length > 300; // true
 */
async function exportOnnx(
  model: OnnxSource,
  args: VariableLike | readonly VariableLike[],
  options: OnnxExportOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('onnx.export', options, [
    'filename',
    'opsetVersion',
    'inputNames',
    'outputNames',
    'graphName',
    'train',
    'externalConverters',
  ]);
  const { opsetVersion = versions.last, filename = null, train = false, graphName = 'Graph' } = options;
  if (!Number.isInteger(opsetVersion) || opsetVersion < versions.first || opsetVersion > versions.last)
    throw new RangeError(
      `[onnx.export] opsetVersion must be an integer from ${versions.first} to ${versions.last}, got ${opsetVersion}`,
    );
  const inputs = inputsOf(args, options.inputNames);
  const { result, calls } = traced(() =>
    noBackpropMode(() => usingConfig('train', train, () => run(model, [...inputs.values()]))),
  );
  const outputs = outputsOf(result, options.outputNames);
  const g = new GraphBuilder(opsetVersion);
  const given = new Map([...inputs].map(([name, x]) => [x.array, name]));
  for (const [x, name] of given) g.name(x, name);
  if (model instanceof Link) nameParameters(g, model);
  const steps = needed(calls, [...outputs.values()], ({ node }) => readsOf(node));
  for (const call of steps) {
    const { node } = call;
    const rule = (options.externalConverters?.[node.label] as Rule<typeof node> | undefined) ?? ruleOf(node);
    if (rule === null)
      throw new Error(
        `[onnx.export] the function '${node.label}' has no equivalent in ONNX here; give one by {externalConverters: {'${node.label}': (g, names, call) => …}}`,
      );
    g.startFunction(node.label);
    const names = [
      rule(
        g,
        call.inputs.map((x) => g.valueOf(x)),
        call,
      ),
    ].flat();
    for (const [k, y] of call.outputs.entries()) if (!g.has(y)) g.name(y, names[k] as string);
  }
  for (const [name, y] of outputs) {
    if (!g.has(y))
      throw new Error(`[onnx.export] output '${name}' does not come from functions of the inputs`);
    g.rename(g.valueOf(y), name);
  }
  refuseUnread(g, inputs);
  const bytes = encode(modelFields, {
    irVersion,
    producerName: 'chainer',
    opsetImport: [{ domain: '', version: opsetVersion }],
    graph: {
      name: graphName,
      node: g.nodes,
      initializer: await usedInitializers(g),
      input: [...inputs].map(([name, x]) => toValueInfo(name, x.array)),
      output: [...outputs].map(([name, y]) => toValueInfo(name, y)),
    },
  });
  if (filename !== null) await writeAtomically('onnx.export', filename, bytes);
  return bytes;
}

export { exportOnnx as export };

function inputsOf(
  args: VariableLike | readonly VariableLike[],
  given: readonly string[] | undefined,
): Map<string, Variable> {
  const list = Array.isArray(args) ? (args as readonly VariableLike[]) : [args as VariableLike];
  for (const [i, x] of list.entries())
    if (!(x instanceof Variable || x instanceof NdArray))
      throw new TypeError(`[onnx.export] argument ${i} must be a Variable or an NdArray, got ${String(x)}`);
  const names = given ?? list.map((_, i) => `Input_${i}`);
  if (names.length !== list.length)
    throw new TypeError(`[onnx.export] inputNames has ${names.length} names for ${list.length} arguments`);
  // Arrays of their own, so that an argument that is given twice, or is a parameter, is an input by itself.
  return new Map(list.map((x, i) => [names[i] as string, new Variable(copy(asArray(x)))]));
}

function run(model: OnnxSource, xs: readonly Variable[]): unknown {
  const forward = model instanceof Link ? model.forward.bind(model) : model;
  return (forward as (...args: readonly Variable[]) => unknown)(...xs);
}

function outputsOf(result: unknown, given: readonly string[] | undefined): Map<string, NdArray> {
  const isPlain = typeof result === 'object' && result !== null && !(result instanceof Variable);
  const record = isPlain && !Array.isArray(result);
  const values = record ? Object.values(result) : [result].flat(Number.POSITIVE_INFINITY as 1);
  const names = given ?? (record ? Object.keys(result as object) : values.map((_, i) => `Output_${i}`));
  if (names.length !== values.length)
    throw new TypeError(`[onnx.export] outputNames has ${names.length} names for ${values.length} outputs`);
  return new Map(
    values.map((y, i) => {
      if (!(y instanceof Variable))
        throw new TypeError(`[onnx.export] the model must return variables, output ${i} is ${String(y)}`);
      return [names[i] as string, y.array];
    }),
  );
}

/** An input that no operation reads went into the model some other way, and would be a constant in the file. */
function refuseUnread(g: GraphBuilder, inputs: ReadonlyMap<string, Variable>): void {
  const read = new Set(g.nodes.flatMap(({ input = [] }) => input));
  for (const [name, x] of inputs)
    if (!read.has(g.valueOf(x.array)))
      throw new Error(
        `[onnx.export] no function reads the input '${name}': what was computed of its array outside of functions would be a constant in the file; compute it with functions, or leave the argument out`,
      );
}

/** Parameters and persistent arrays under the keys of `.npz` files. */
function nameParameters(g: GraphBuilder, model: Link): void {
  const serializer = new DictionarySerializer();
  model.serialize(serializer);
  for (const [key, value] of serializer.target)
    if (value instanceof NdArray && !g.has(value)) g.initializer(value, key);
}

/** The initializers that some operation reads. */
async function usedInitializers(g: GraphBuilder) {
  const read = new Set(g.nodes.flatMap(({ input = [] }) => input));
  for (const name of [...g.constants.keys()]) if (!read.has(name)) g.constants.delete(name);
  return g.initializers();
}
