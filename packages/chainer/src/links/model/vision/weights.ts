import { float32, type HostArray, NdArray, readNpzHost } from '@chainer/xp/functions';
import type { CaffeLayer } from '../../../caffe/fields.ts';
import { blobData, readNet } from '../../../caffe/net.ts';
import type { Link } from '../../../core/link.ts';
import { cachedDownload, getDatasetDirectory, getDatasetRoot } from '../../../dataset/download.ts';
import { builtin, contentOf, contentOfSync, hasFiles } from '../../../files.ts';
import { DictionarySerializer } from '../../../serializers/dictionary-serializer.ts';
import { saveNpz } from '../../../serializers/npz.ts';
import { NpzDeserializer } from '../../../serializers/npz-deserializer.ts';

/**
 * Where weights come from: `'auto'`, the published ones that `download()` put on this machine; the path or the bytes of an `.npz` or a
 * `.caffemodel`; null: random ones.
 */
export type PretrainedModel = 'auto' | string | Uint8Array | ArrayBuffer | null;

/** A published model. */
export interface Published {
  /** Its file, as Chainer calls it. */
  readonly npz: string;
  /** The `.caffemodel` that may lie beside it instead. */
  readonly caffemodel: string;
  /** Where the `.caffemodel` is fetched; null: it must be put there by hand. */
  readonly url: string | null;
  /** What to do by hand. */
  readonly page: string;
}

const folder = 'pfnet/chainer/models';

/** What an `.npz` of a model holds, from the layers of its `.caffemodel`: for each key a layer and the number of its blob. */
export interface CaffeSource {
  readonly layer: string;
  readonly blob: number;
  /** Whether it is divided by the layer's third blob, as running statistics are. */
  readonly scaled?: boolean;
}

/** By keys of the `.npz`; a key that is missing keeps its value. */
export type CaffeMapping = ReadonlyMap<string, CaffeSource>;

/** Keys of a layer with weights and bias. */
export function weightsAndBias(key: string, layer: string): [string, CaffeSource][] {
  return [
    [`${key}/W`, { layer, blob: 0 }],
    [`${key}/b`, { layer, blob: 1 }],
  ];
}

/** Keys of a batch normalization, which Caffe has as two layers. */
export function normalization(key: string, statistics: string, scale: string): [string, CaffeSource][] {
  return [
    [`${key}/avg_mean`, { layer: statistics, blob: 0, scaled: true }],
    [`${key}/avg_var`, { layer: statistics, blob: 1, scaled: true }],
    [`${key}/gamma`, { layer: scale, blob: 0 }],
    [`${key}/beta`, { layer: scale, blob: 1 }],
  ];
}

function blobOf(
  who: string,
  layers: ReadonlyMap<string, CaffeLayer>,
  key: string,
  source: CaffeSource,
  shape: readonly number[],
): HostArray {
  const layer = layers.get(source.layer);
  const blob = layer?.blobs?.[source.blob];
  if (layer === undefined || blob === undefined)
    throw new Error(
      `[${who}] the caffemodel has no ${layer ? `blob ${source.blob} in layer` : 'layer'} '${source.layer}', which '${key}' comes from: it is of another network`,
    );
  let data = blobData(blob);
  const size = shape.reduce((a, d) => a * d, 1);
  if (data.length !== size)
    throw new Error(
      `[${who}] layer '${source.layer}' of the caffemodel has ${data.length} values for '${key}', expected ${size} ([${shape.join(', ')}])`,
    );
  const factor = source.scaled ? layer.blobs?.[2] : undefined;
  if (factor !== undefined) {
    const by = blobData(factor)[0] as number;
    data = data.map((v) => (by === 0 ? 0 : v / by));
  }
  return { dtype: float32, shape, data };
}

/** What an `.npz` of the model would hold, with the values of a `.caffemodel`. */
function entriesFrom(
  who: string,
  model: Link,
  mapping: CaffeMapping,
  bytes: Uint8Array,
): Map<string, HostArray> {
  const layers = new Map(readNet(who, bytes).map((layer) => [layer.name ?? '', layer]));
  const own = new DictionarySerializer();
  model.serialize(own);
  const entries = new Map<string, HostArray>();
  for (const [key, source] of mapping) {
    const value = own.target.get(key);
    if (!(value instanceof NdArray)) throw new Error(`[${who}] the model has no array '${key}'`);
    entries.set(key, blobOf(who, layers, key, source, value.shape));
  }
  return entries;
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Fills a model from the bytes of an `.npz` or a `.caffemodel`. */
export function loadWeights(
  who: string,
  model: Link,
  mapping: CaffeMapping,
  file: string | Uint8Array | ArrayBuffer,
): void {
  const bytes = contentOfSync(who, file);
  const zip = isZip(bytes);
  const entries = zip
    ? readNpzHost(bytes, typeof file === 'string' ? file : undefined)
    : entriesFrom(who, model, mapping, bytes);
  model.serialize(new NpzDeserializer(entries, { strict: zip }));
}

/** The file that `'auto'` stands for. @throws {Error} if it is not on this machine, with the remedy. */
export function publishedFile(who: string, published: Published): string {
  const root = `${getDatasetRoot()}/${folder}`;
  const candidates = [`${root}/${published.npz}`, `${root}/${published.caffemodel}`];
  const fs = hasFiles() ? builtin<typeof import('node:fs')>('node:fs') : null;
  const found = candidates.find((file) => fs?.existsSync(file));
  if (found !== undefined) return found;
  const cure =
    fs === null
      ? 'fetch them and pass the bytes as pretrainedModel'
      : published.url === null
        ? `put ${published.caffemodel} from ${published.page} into ${root}`
        : `call await ${who}.download() once`;
  throw new Error(
    `[${who}] the published weights are not on this machine: ${cure}; {pretrainedModel: null} starts with random ones`,
  );
}

/** Writes the `.npz` of a model with the values of a `.caffemodel`. */
export async function convertWeights(
  model: Link,
  mapping: CaffeMapping,
  caffemodel: string,
  npz: string,
): Promise<void> {
  const who = `${model.constructor.name}.convertCaffemodelToNpz`;
  const entries = entriesFrom(who, model, mapping, await contentOf(who, caffemodel));
  model.serialize(new NpzDeserializer(entries, { strict: false }));
  await saveNpz(npz, model, { compression: false });
}

/** Downloads a published `.caffemodel` and keeps it as `.npz`. @returns path of the `.npz` */
export async function downloadWeights(
  who: string,
  published: Published,
  convert: (caffemodel: string, npz: string) => Promise<void>,
): Promise<string> {
  if (published.url === null)
    throw new Error(
      `[${who}] these weights cannot be downloaded by a program: get ${published.caffemodel} from ${published.page}, and pass its path as pretrainedModel`,
    );
  const npz = `${await getDatasetDirectory(folder)}/${published.npz}`;
  await convert(await cachedDownload(published.url), npz);
  return npz;
}
