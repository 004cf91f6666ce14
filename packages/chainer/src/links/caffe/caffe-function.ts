import { readNet } from '../../caffe/net.ts';
import { Chain } from '../../core/chain.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { contentOfSync } from '../../files.ts';
import { type CaffeStep, layerTypes } from './layers.ts';

interface Step {
  readonly name: string;
  readonly bottom: readonly string[];
  readonly top: readonly string[];
  readonly run: CaffeStep['run'];
}

/**
 * A network of Caffe, read from its binary `.caffemodel`. Layers with weights are child links under their names.
 *
 * Understands Concat, Convolution, Deconvolution, Dropout, InnerProduct, LRN, Pooling, ReLU, Reshape, BatchNorm, Eltwise, Scale, Slice,
 * Softmax, Sigmoid, SoftmaxWithLoss, Split and TanH, in new files and in those from before 2014; Data and Input layers have nothing to do. What it
 * does not understand is skipped and listed in `skippedLayers`.
 *
 * @param model the path of the file, or its bytes
 * @throws {Error} if the file is damaged or has no weights, or a layer has an option that is not supported.
 * @example
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { links as L, xp } from 'chainer';
 * import { caffe } from 'chainer/exporters';
 * const directory = mkdtempSync(join(tmpdir(), 'example-'));
 * await caffe.export(new L.Linear(3, 2), xp.ones([1, 3]), { directory });
 * const net = new L.caffe.CaffeFunction(join(directory, 'chainer_model.caffemodel'));
 * const [y] = net.forward({ data: xp.ones([1, 3]) }, ['LinearFunction-1']);
 * y?.shape; // [1, 2]
 */
export class CaffeFunction extends Chain {
  /** Layers that were not understood: name and type. */
  readonly skippedLayers: readonly { readonly name: string; readonly type: string }[];
  /** The blobs of the last `forward`. */
  variables: Readonly<Record<string, Variable>> = {};
  private readonly steps: readonly Step[];
  private readonly linkNames: readonly string[];
  private readonly layerLinks: readonly Link[];

  constructor(model: string | Uint8Array | ArrayBuffer) {
    super();
    const layers = readNet('CaffeFunction', contentOfSync('CaffeFunction', model));
    const skipped: { name: string; type: string }[] = [];
    const same = new Map<string, string>();
    const steps: Step[] = [];
    const links = new Map<string, Link>();
    for (const layer of layers) {
      const { name = '', type = '', bottom = [], top = [] } = layer;
      if (type === 'Split') {
        for (const blob of top) same.set(blob, same.get(bottom[0] as string) ?? (bottom[0] as string));
        continue;
      }
      const make = layerTypes[type];
      if (make === undefined) skipped.push({ name, type });
      if (!make) continue;
      const { link, run } = make(layer);
      if (link !== undefined) links.set(name, link);
      steps.push({ name, bottom: bottom.map((blob) => same.get(blob) ?? blob), top, run });
    }
    this.skippedLayers = skipped;
    this.steps = steps;
    this.linkNames = [...links.keys()];
    this.layerLinks = [...links.values()];
  }

  override namedChildren(): [string, Link][] {
    return this.linkNames.map((name, i) => [name, this.layerLinks[i] as Link]);
  }

  /**
   * Runs the layers whose inputs are there.
   *
   * @param inputs blobs by name
   * @param outputs names of the blobs that are wanted
   * @param options `disable`: names of layers that are left out.
   * @throws {Error} for a blob that is not computed.
   */
  forward(
    inputs: Readonly<Record<string, VariableLike>>,
    outputs: readonly string[],
    options: { readonly disable?: readonly string[] } = {},
  ): Variable[] {
    checkOptions('CaffeFunction.forward', options, ['disable']);
    const { disable = [] } = options;
    const blobs = new Map(Object.entries(inputs).map(([name, x]) => [name, asVariable(x)]));
    const links = new Map(this.namedChildren());
    for (const { name, bottom, top, run } of this.steps) {
      if (disable.includes(name) || bottom.some((blob) => !blobs.has(blob))) continue;
      const results = [
        run(
          bottom.map((blob) => blobs.get(blob) as Variable),
          links.get(name) as Link,
        ),
      ].flat() as Variable[];
      for (const [i, blob] of top.entries()) if (results[i] !== undefined) blobs.set(blob, results[i]);
    }
    this.variables = Object.fromEntries(blobs);
    return outputs.map((name) => blobs.get(name) ?? this.missing(name, [...blobs.keys()]));
  }

  private missing(name: string, there: readonly string[]): never {
    const skipped = this.skippedLayers.map((layer) => `'${layer.name}' (${layer.type})`).join(', ');
    throw new Error(
      `[CaffeFunction] the blob '${name}' was not computed${skipped ? `; these layers are not supported: ${skipped}` : ''}. Blobs are ${there.join(', ')}`,
    );
  }
}
