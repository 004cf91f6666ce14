import { xp } from 'chainer';
import { DictionarySerializer, loadNpz, toNpz } from 'chainer/serializers';
import type { Model } from './evaluate.ts';

/** The weights of a network as a file, also after its device was lost: then as they were when they were last read. */
export class Weights {
  readonly model: Model;
  private known: Uint8Array<ArrayBuffer> | null = null;

  constructor(model: Model) {
    this.model = model;
  }

  /** The file. @throws {Error} if the weights cannot be read, and never could. */
  async read(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      this.known = await toNpz(this.model, { compression: false });
    } catch (error) {
      if (this.known === null) throw error;
    }
    return this.known as Uint8Array<ArrayBuffer>;
  }

  /** Loads a file; where it does not fit, the network is as it was. */
  async load(file: Blob): Promise<void> {
    const before = await this.read();
    try {
      await loadNpz(file, this.model);
    } catch (error) {
      await loadNpz(before, this.model);
      throw error;
    }
  }

  /** Takes over what has the same path and shape in another network; tells how many parameters these are. */
  async takeOver(from: Weights): Promise<number> {
    const before = shapesOf(from.model);
    const shapes = shapesOf(this.model);
    const fits = (name: string) => before.get(name) === shapes.get(name);
    await loadNpz(await from.read(), this.model, { strict: false, ignoreNames: (name) => !fits(name) });
    return [...this.model.namedparams()].filter(([path]) => fits(path.slice(1))).length;
  }
}

/** Shapes of what a network saves, by path. */
function shapesOf(model: Model): Map<string, string> {
  const serializer = new DictionarySerializer();
  model.serialize(serializer);
  return new Map(
    [...serializer.target].map(([name, value]) => [
      name,
      value instanceof xp.NdArray ? value.shape.join() : typeof value,
    ]),
  );
}
