import { ChainList } from './chain-list.ts';
import { checkOptions } from './check-options.ts';
import { type CopyMode, Link } from './link.ts';

/** A step of a Sequential: a link, or a function. */
export type Layer = Link | ((...xs: never[]) => unknown);

function checkLayer(layer: unknown): asserts layer is Layer {
  if (!(layer instanceof Link) && typeof layer !== 'function') {
    throw new TypeError(`[Sequential] layers are links or functions, got ${String(layer)}`);
  }
}

/**
 * Links and functions applied one after another. A result that is a list is spread into the next layer's arguments.
 *
 * @example
 * import { functions as F, links as L, Sequential, Variable, xp } from 'chainer';
 * const mlp = new Sequential(new L.Linear(null, 10), F.relu, new L.Linear(null, 2));
 * mlp.forward(new Variable(xp.ones([4, 3]))).shape; // [4, 2]
 */
export class Sequential extends ChainList {
  private layers: Layer[];

  constructor(...layers: Layer[]) {
    super();
    layers.forEach(checkLayer);
    this.layers = layers;
  }

  override get length(): number {
    return this.layers.length;
  }

  // A layer may return anything, so the result is typed by the caller.
  override forward<R = import('./variable.ts').Variable>(...xs: unknown[]): R {
    if (this.layers.length === 0) throw new Error('[Sequential] it is empty: append layers first');
    let args = xs;
    for (const layer of this.layers) {
      const y =
        layer instanceof Link
          ? (layer as unknown as { forward(...a: unknown[]): unknown }).forward(...args)
          : (layer as (...a: unknown[]) => unknown)(...args);
      args = Array.isArray(y) ? y : [y];
    }
    return (args.length === 1 ? args[0] : args) as R;
  }

  override at(index: number): Link {
    return this.layer(index) as Link;
  }

  /** The layer at a position, link or function. @throws {RangeError} outside the list. */
  layer(index: number): Layer {
    const found = this.layers.at(index);
    if (!found)
      throw new RangeError(`[Sequential] index ${index} is out of range for ${this.layers.length} layers`);
    return found;
  }

  override append(layer: Layer): this {
    checkLayer(layer);
    this.layers.push(layer);
    return this;
  }

  override insert(index: number, layer: Layer): this {
    checkLayer(layer);
    this.layers.splice(index, 0, layer);
    return this;
  }

  /** Appends all layers of another one. */
  extend(other: Sequential): this {
    this.layers.push(...other.layers);
    return this;
  }

  /** Removes and returns the layer at a position (the last unless given). */
  pop(index = -1): Layer {
    const layer = this.layer(index);
    this.layers.splice(index < 0 ? this.layers.length + index : index, 1);
    return layer;
  }

  /** Removes a layer. @throws {Error} if it is not there. */
  remove(layer: Layer): void {
    const i = this.layers.indexOf(layer);
    if (i < 0) throw new Error('[Sequential.remove] the layer is not in the list');
    this.layers.splice(i, 1);
  }

  /** Removes every link of a class. */
  removeByLayerType(name: string): void {
    this.layers = this.layers.filter((l) => layerName(l) !== name);
  }

  /** Number of links of a class (or functions of a name). */
  countByLayerType(name: string): number {
    return this.layers.filter((l) => layerName(l) === name).length;
  }

  /** A Sequential in which every Sequential inside stands unpacked. */
  flatten(): Sequential {
    return new Sequential(
      ...this.layers.flatMap((l) => (l instanceof Sequential ? l.flatten().layers : [l])),
    );
  }

  override namedChildren(): [string, Link][] {
    return this.layers
      .map((l, i): [string, Layer] => [String(i), l])
      .filter((e): e is [string, Link] => e[1] instanceof Link);
  }

  override [Symbol.iterator](): IterableIterator<Link> {
    return this.layers[Symbol.iterator]() as IterableIterator<Link>;
  }

  override copy(mode: CopyMode = 'share'): this {
    const made = super.copy(mode);
    made.layers = this.layers.map((l) => (l instanceof Link ? l.copy(mode) : l));
    return made;
  }
}

function layerName(layer: Layer): string {
  return layer instanceof Link ? layer.constructor.name : layer.name;
}

/**
 * A Sequential of `n` copies of a link: `init` initialises each anew, `copy` starts them equal, `share` lets them share parameters.
 *
 * @example
 * import { links as L, repeat } from 'chainer';
 * repeat(new L.Linear(4, 4), 3).length; // 3
 */
export function repeat(link: Link, n: number, options: { readonly mode?: CopyMode } = {}): Sequential {
  checkOptions('repeat', options, ['mode']);
  const { mode = 'init' } = options;
  return new Sequential(...Array.from({ length: Math.max(0, n) }, () => link.copy(mode)));
}
