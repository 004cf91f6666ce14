import { copy, NdArray } from '@chainer/xp/functions';
import { type CaffeLayer, netFields } from '../caffe/fields.ts';
import { type Call, traced } from '../computational-graph/trace.ts';
import { checkOptions } from '../core/check-options.ts';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { Link } from '../core/link.ts';
import { asArray, Variable, type VariableLike } from '../core/variable.ts';
import { writeAtomically } from '../files.ts';
import { encode } from '../protobuf/message.ts';
import { caffeRules, type Draft, toBlob } from './caffe-layers.ts';
import { toText } from './caffe-text.ts';

/** Options of `caffe.export`. */
export interface CaffeExportOptions {
  /** Folder in which `chainer_model.prototxt` and `chainer_model.caffemodel` are written; null: none. */
  readonly directory?: string | null;
  /** Whether weights are exported, too. */
  readonly exportParams?: boolean;
  /** Name of the network. */
  readonly graphName?: string;
}

/** A network as Caffe reads it. */
export interface CaffeFiles {
  /** The network as text. */
  readonly prototxt: string;
  /** The network with its weights; null without `exportParams`. */
  readonly caffemodel: Uint8Array<ArrayBuffer> | null;
}

/** Layers in the making: asked for an array, it writes what the array is computed from. */
class Layers {
  readonly list: { readonly layer: CaffeLayer; readonly weights: readonly NdArray[] }[] = [];
  private readonly makers = new Map<NdArray, Call>();
  private readonly tops = new Map<NdArray, string>();
  private readonly counts = new Map<string, number>();

  constructor(calls: readonly Call[], input: NdArray) {
    for (const call of calls)
      for (const y of call.outputs) if (!call.inputs.includes(y)) this.makers.set(y, call);
    this.tops.set(input, 'data');
  }

  /** The name of the blob that holds an array. */
  topOf(x: NdArray): string {
    const known = this.tops.get(x);
    if (known !== undefined) return known;
    const call = this.makers.get(x);
    if (call === undefined)
      throw new Error('[caffe.export] a layer reads an array that does not come from the input');
    const { label } = call.node;
    const rule = caffeRules[label];
    if (rule === undefined)
      throw new Error(
        `[caffe.export] the function '${label}' has no equivalent in Caffe; there are ${Object.keys(caffeRules).join(', ')}`,
      );
    const drafts = rule(call as never, (y) => this.makers.get(y) ?? null);
    const top = drafts.reduce<string | null>((below, draft) => this.add(label, draft, below), null) as string;
    this.tops.set(x, top);
    return top;
  }

  private add(label: string, { bottoms, weights = [], ...draft }: Draft, below: string | null): string {
    const bottom = below === null ? bottoms.map((x) => this.topOf(x)) : [below];
    const count = (this.counts.get(label) ?? 0) + 1;
    this.counts.set(label, count);
    const name = `${label}-${count}`;
    this.list.push({ layer: { name, bottom, top: [name], ...draft }, weights });
    return name;
  }
}

/**
 * Writes a model as Caffe reads it: a `.prototxt` and a `.caffemodel`. The model runs once with the given argument, in test mode.
 *
 * Takes linear, convolution2d, deconvolution2d, maxPooling2d, averagePooling2d, batchNormalization, localResponseNormalization, relu,
 * leakyRelu, sigmoid, tanh, softmax, concat, reshape and add: enough for GoogLeNet, ResNet and VGG.
 *
 * @param model a link, or a function of a variable
 * @param args its argument, or a list of one
 * @throws {Error} for a function that has no layer in Caffe, which it names.
 * @example
 * import { functions as F, links as L, Sequential, xp } from 'chainer';
 * import { caffe } from 'chainer/exporters';
 * const model = new Sequential(new L.Convolution2D(3, 4, 3), F.relu);
 * const { prototxt } = await caffe.export(model, xp.zeros([1, 3, 8, 8]));
 * prototxt.includes('type: "Convolution"'); // true
 */
async function exportCaffe(
  model: Link | ((x: never) => unknown),
  args: VariableLike | readonly [VariableLike],
  options: CaffeExportOptions = {},
): Promise<CaffeFiles> {
  checkOptions('caffe.export', options, ['directory', 'exportParams', 'graphName']);
  const { directory = null, exportParams = true, graphName = 'Graph' } = options;
  const list = [args].flat() as VariableLike[];
  const given = list[0];
  if (list.length !== 1 || !(given instanceof Variable || given instanceof NdArray))
    throw new TypeError(`[caffe.export] a model of one array can be exported, got ${list.length} arguments`);
  const x = new Variable(copy(asArray(given)));
  const forward = (model instanceof Link ? model.forward.bind(model) : model) as (x: Variable) => unknown;
  const { result, calls } = traced(() => noBackpropMode(() => usingConfig('train', false, () => forward(x))));
  const layers = new Layers(calls, x.array);
  for (const [i, y] of outputsOf(result).entries()) {
    if (!(y instanceof Variable))
      throw new TypeError(`[caffe.export] the model must return variables, output ${i} is ${String(y)}`);
    layers.topOf(y.array);
  }
  const input = {
    name: 'data',
    type: 'Input',
    top: ['data'],
    inputParam: { shape: [{ dim: [...x.shape] }] },
  };
  const prototxt = toText(netFields, {
    name: graphName,
    layer: [input, ...layers.list.map(({ layer }) => layer)],
  });
  let caffemodel: CaffeFiles['caffemodel'] = null;
  if (exportParams) {
    const layer: CaffeLayer[] = [];
    for (const { layer: own, weights } of layers.list)
      layer.push({ ...own, phase: 1, blobs: await Promise.all(weights.map(toBlob)) });
    caffemodel = encode(netFields, { name: graphName, layer });
  }
  if (directory !== null) {
    await writeAtomically('caffe.export', `${directory}/chainer_model.prototxt`, prototxt);
    if (caffemodel !== null)
      await writeAtomically('caffe.export', `${directory}/chainer_model.caffemodel`, caffemodel);
  }
  return { prototxt, caffemodel };
}

export { exportCaffe as export };

function outputsOf(result: unknown): unknown[] {
  if (Array.isArray(result)) return result.flat();
  const record = typeof result === 'object' && result !== null && !(result instanceof Variable);
  return record ? Object.values(result) : [result];
}
