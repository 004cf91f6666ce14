import {
  functions as F,
  FunctionHook,
  type FunctionNode,
  usingConfig,
  usingHook,
  Variable,
  xp,
} from 'chainer';
import { located, type Model } from './evaluate.ts';
import type { Picture, Prediction } from './protocol.ts';

/** Remembers what each function was given. */
class Watch extends FunctionHook {
  readonly name = 'watch';
  readonly seen: { readonly node: FunctionNode; readonly inputs: readonly xp.NdArray[] }[] = [];

  override forwardPostprocess(node: FunctionNode, inputs: readonly xp.NdArray[]): void {
    this.seen.push({ node, inputs });
  }
}

/** What a network makes of one image, in test mode, and every array on the way. */
export async function predict(model: Model, pixels: Float32Array, classifies: boolean): Promise<Prediction> {
  const watch = new Watch();
  // With the graph: it knows which function made what the next one was given.
  const x = new Variable(xp.array(pixels, { shape: [1, 1, 28, 28] }), { requiresGrad: true });
  const y = located(() => usingConfig('train', false, () => usingHook(watch, () => model.forward(x))));
  const activations: Promise<Picture>[] = [];
  const known = new Set<unknown>([x.node]);
  for (const { node, inputs } of watch.seen) {
    for (const [i, input] of node.inputs.entries()) {
      const maker = input?.creator;
      if (!input || !maker || known.has(input)) continue;
      known.add(input);
      activations.push(picture(maker.label.replace(/Function$/, ''), inputs[i] as xp.NdArray));
    }
  }
  activations.push(picture((y.creator?.label ?? 'output').replace(/Function$/, ''), y.array));
  const probabilities = classifies ? ((await F.softmax(y).array.data()) as Float32Array) : null;
  const output = await picture('output', y.array);
  return { probabilities, output, activations: await Promise.all(activations) };
}

/** Elements of a weight that are sent at most: what can be looked at. */
const most = 64 * 784;

/** Parameters, those of two axes and more. */
export async function weightsOf(model: Model): Promise<Picture[]> {
  const pictures: Promise<Picture>[] = [];
  for (const [path, parameter] of model.namedparams({ includeUninit: false })) {
    const { array } = parameter;
    if (array.ndim < 2) continue;
    const rowSize = array.size / array.shape[0]!;
    const rows = Math.max(1, Math.min(array.shape[0]!, Math.floor(most / rowSize)));
    pictures.push(picture(path.slice(1), array.at(`:${rows}`)));
  }
  return Promise.all(pictures);
}

async function picture(label: string, array: xp.NdArray): Promise<Picture> {
  return {
    label,
    shape: array.shape,
    data: Float32Array.from((await array.astype('float32').data()) as Float32Array),
  };
}
