import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, NdArray, s, zeros } from '@chainer/xp';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaffeLayer } from '../../../caffe/fields.ts';
import { netFields } from '../../../caffe/fields.ts';
import { noBackpropMode, usingConfig } from '../../../core/config.ts';
import type { Link } from '../../../core/link.ts';
import type { Variable } from '../../../core/variable.ts';
import { setDatasetRoot } from '../../../dataset/download.ts';
import { encode } from '../../../protobuf/message.ts';
import { DictionarySerializer } from '../../../serializers/dictionary-serializer.ts';
import { toNpz } from '../../../serializers/npz.ts';
import { NpzDeserializer } from '../../../serializers/npz-deserializer.ts';
import {
  GoogLeNet,
  googlenet,
  ResNet50Layers,
  ResNet101Layers,
  resnet,
  VGG16Layers,
  vgg,
} from '../../index.ts';
import { oversample } from './oversample.ts';
import { resizeBicubic } from './resize.ts';

/** Numbers between -1 and 1, the same in the program (PyTorch 2.13) that computed what is expected here. */
function hashed(n: number, seed: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + seed * 40503 + 12345) | 0;
    x = Math.imul(x ^ (x >>> 15), 2246822519);
    x = Math.imul(x ^ (x >>> 13), 3266489917);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Arrays of an object that is saved, in the order of their names. */
function arraysOf(link: Link): [string, NdArray][] {
  const serializer = new DictionarySerializer();
  link.serialize(serializer);
  return [...serializer.target]
    .filter((entry): entry is [string, NdArray] => entry[1] instanceof NdArray)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Values for the arrays of a network, by name. */
function weights(link: Link, names: (name: string) => boolean = () => true): Map<string, NdArray> {
  const chosen = arraysOf(link).filter(([name]) => names(name));
  return new Map(
    chosen.map(([name, { shape, size }], k) => {
      const v = hashed(size, k);
      const last = name.slice(name.lastIndexOf('/') + 1);
      const fan = Math.sqrt(6 / shape.slice(1).reduce((a, d) => a * d, 1));
      const value =
        last === 'W'
          ? v.map((x) => x * fan)
          : ['gamma', 'avg_var'].includes(last)
            ? v.map((x) => 1 + 0.3 * x)
            : v.map((x) => 0.1 * x);
      return [name, array(value, { shape, dtype: 'float32' })];
    }),
  );
}

const image = (n: number): NdArray =>
  array(
    hashed(3 * n * n, 7).map((v) => v * 100),
    { shape: [1, 3, n, n], dtype: 'float32' },
  );

/** The first elements, and the sum of all absolute values. */
function digest(y: Variable | undefined): number[] {
  const values = Array.from((y as Variable).array.dataSync() as Float32Array);
  return [...values.slice(0, 4), values.reduce((a, v) => a + Math.abs(v), 0)];
}

function expectDigest(y: Variable | undefined, expected: readonly number[]): void {
  for (const [i, value] of digest(y).entries())
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(
      2e-4 * Math.abs(expected[4] as number) * 1e-3 + 1e-3 * Math.abs(expected[i] as number),
    );
}

const inTest = <T>(body: () => T): T => noBackpropMode(() => usingConfig('train', false, body));

describe('networks', () => {
  test('ResNet50Layers, both places of the stride', () => {
    const model = new ResNet50Layers({ pretrainedModel: null });
    const values = weights(model);
    model.serialize(new NpzDeserializer(values, { strict: false }));
    const layers = ['pool1', 'res2', 'res3', 'res5', 'fc6'];
    const y = inTest(() => model.forward(image(64), { layers }));
    expect(Object.keys(y)).toEqual(layers);
    expectDigest(y.pool1, [94.8363, 94.8363, 58.29611, 81.94878, 1920503]);
    expectDigest(y.res2, [221.0408, 177.8962, 80.92529, 57.86212, 22101840]);
    expectDigest(y.res3, [866.7015, 1242.035, 888.2187, 345.8632, 51273710]);
    expectDigest(y.res5, [36055.83, 73300.95, 32602.53, 15176.62, 352265300]);
    expectDigest(y.fc6, [50955.34, 103840.3, 24475.96, 186405.5, 64894230]);
    const other = new ResNet50Layers({ pretrainedModel: null, downsampleFb: true });
    other.serialize(new NpzDeserializer(values, { strict: false }));
    expectDigest(
      inTest(() => other.forward(image(64), { layers: ['fc6'] })).fc6,
      [46740.86, 115007.3, 33545.0, 187483.7, 72449800],
    );
  });

  test('VGG16Layers', () => {
    const model = new VGG16Layers({ pretrainedModel: null });
    model.serialize(
      new NpzDeserializer(
        weights(model, (name) => name.startsWith('conv')),
        { strict: false },
      ),
    );
    const y = inTest(() => model.forward(image(32), { layers: ['pool3', 'pool5'] }));
    expectDigest(y.pool3, [164.8725, 124.673, 118.244, 110.4973, 336872.2]);
    expectDigest(y.pool5, [28.34433, 38.65765, 68.35416, 4.881408, 25914.41]);
    expect([model.countParams(), model.conv5_3.W.shape]).toEqual([138_357_544, [512, 512, 3, 3]]);
    expect(model.availableLayers.slice(-7)).toEqual([
      'conv5_2',
      'conv5_3',
      'pool5',
      'fc6',
      'fc7',
      'fc8',
      'prob',
    ]);
  });
});

describe('GoogLeNet', () => {
  const expected = {
    inception_5b: [0, 0, 0, 0, 1678455],
    loss3_fc: [35.28732, -145.1622, 0.09094858, 5.812565, 68405.59],
    loss1_fc2: [-72.83832, -235.9636, 53.54465, 108.527, 72558.73],
    loss2_fc2: [8.33196, 79.54208, 71.56345, -18.84479, 42006.35],
  };
  let folder = '';
  let values = new Map<string, NdArray>();
  let npz = new Uint8Array();
  let caffemodel = new Uint8Array();

  /** The names of its layers in the published `.caffemodel`. */
  const caffeName = (key: string): string =>
    key
      .replace('conv2_reduce', 'conv2/3x3_reduce')
      .replace(/^conv1$/, 'conv1/7x7_s2')
      .replace(/^conv2$/, 'conv2/3x3')
      .replace(/^(loss\d)_fc1$/, '$1/fc')
      .replace(/^loss3_fc$|^(loss\d)_fc2$/, (_, l) => `${l ?? 'loss3'}/classifier`)
      .replace(/^(loss\d)_conv$/, '$1/conv')
      .replace(/^inc(..)\/(.*)$/, (_, block, inner: string) => {
        const names: Record<string, string> = {
          conv1: '1x1',
          proj3: '3x3_reduce',
          conv3: '3x3',
          proj5: '5x5_reduce',
          conv5: '5x5',
          projp: 'pool_proj',
        };
        return `inception_${block}/${names[inner]}`;
      });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chainer-vision-'));
    setDatasetRoot(folder);
    values = weights(new GoogLeNet({ pretrainedModel: null }));
    npz = await toNpz(values, { compression: false });
    const layers = new Map<string, NdArray[]>();
    for (const [name, value] of values) {
      const layer = caffeName(name.slice(0, name.lastIndexOf('/')));
      layers.set(layer, [...(layers.get(layer) ?? []), value]);
    }
    const layer = [...layers].map(
      ([name, arrays]): CaffeLayer => ({
        name,
        type: 'Convolution',
        blobs: arrays.map((a) => ({
          shape: { dim: [...a.shape] },
          data: a.dataSync() as Float32Array,
        })),
      }),
    );
    caffemodel = encode(netFields, { layer });
  }, 60_000);
  afterAll(async () => {
    setDatasetRoot(null);
    await rm(folder, { recursive: true, force: true });
  });

  test('all layers, with weights from the bytes of an npz', () => {
    const model = new GoogLeNet({ pretrainedModel: npz });
    const y = inTest(() => model.forward(image(224), { layers: Object.keys(expected) }));
    for (const [name, value] of Object.entries(expected)) expectDigest(y[name], value);
  });

  test("weights from a caffemodel's bytes, its path, the npz made of it, and where 'auto' looks", async () => {
    const path = join(folder, 'a.caffemodel');
    await writeFile(path, caffemodel);
    const auto = join(folder, 'pfnet/chainer/models/bvlc_googlenet.npz');
    expect(() => new GoogLeNet()).toThrow(
      /\[GoogLeNet\] the published weights are not on this machine: call await GoogLeNet\.download\(\) once/,
    );
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(folder, 'pfnet/chainer/models'), { recursive: true });
    await GoogLeNet.convertCaffemodelToNpz(path, auto);
    for (const pretrainedModel of [caffemodel, path, auto, 'auto']) {
      const model = new GoogLeNet({ pretrainedModel });
      for (const [name, value] of arraysOf(model))
        expect(
          Buffer.from((value.dataSync() as Float32Array).buffer).equals(
            Buffer.from(((values.get(name) as NdArray).dataSync() as Float32Array).buffer),
          ),
          name,
        ).toBe(true);
    }
  });

  test('weights of another network, and what is none', async () => {
    expect(() => new ResNet50Layers({ pretrainedModel: caffemodel })).toThrow(
      "[ResNet50Layers] the caffemodel has no layer 'conv1', which 'conv1/W' comes from: it is of another network",
    );
    expect(() => new GoogLeNet({ pretrainedModel: join(folder, 'nowhere.npz') })).toThrow(
      /there is no file .*nowhere/,
    );
    expect(() => new GoogLeNet({ pretrainedModel: caffemodel.subarray(0, 1000) })).toThrow(
      /incomplete or damaged/,
    );
    expect(() => new GoogLeNet({ pretrainedModel: new TextEncoder().encode('name: "text"') })).toThrow(
      '[GoogLeNet]',
    );
    expect(() => new ResNet101Layers()).toThrow(/put ResNet-101-model\.caffemodel from https/);
    expect(() => new GoogLeNet({ pretrained: null } as never)).toThrow("unknown option 'pretrained'");
  });

  test('an unknown layer', () => {
    const model = new GoogLeNet({ pretrainedModel: npz });
    expect(() => model.forward(image(32), { layers: ['pool9'] })).toThrow(
      "[GoogLeNet] there is no layer 'pool9'; layers are conv1, pool1",
    );
  });

  test('extract and predict prepare images; predict averages ten views', async () => {
    const model = new GoogLeNet({ pretrainedModel: npz });
    const rgb = array(
      hashed(3 * 300 * 260, 3).map((v) => 127 + 127 * v),
      { shape: [300, 260, 3], dtype: 'uint8' },
    );
    const png = await sharp(rgb.dataSync() as Uint8Array, { raw: { width: 260, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    const { conv1 } = await model.extract([rgb, png], { layers: ['conv1'], size: [32, 64] });
    expect(conv1?.shape).toEqual([2, 64, 32, 16]);
    const both = conv1 as Variable;
    expect(both.array.at(0).toArraySync()).toEqual(both.array.at(1).toArraySync());
    const prepared = await googlenet.prepare(rgb, { size: [256, 256] });
    const views = oversample(prepared.at(null), [224, 224]);
    const y = inTest(() => model.forward(views).prob as Variable);
    const mean = (await model.predict([rgb])).array;
    expect(mean.shape).toEqual([1, 1000]);
    expect(mean.sub(y.array.mean(0)).abs().max().itemSync()).toBeLessThan(1e-6);
    const centre = (await model.predict([rgb], { oversample: false })).array;
    expect(
      centre
        .sub(y.array.at(s(4, 5)))
        .abs()
        .max()
        .itemSync(),
    ).toBeLessThan(1e-6);
    await expect(model.predict([])).rejects.toThrow(
      '[GoogLeNet.predict] images must be a list of at least one',
    );
  });
});

describe('images', () => {
  test('resized to the same bytes as Pillow 12.3 does', () => {
    const x = Uint8Array.from({ length: 20 }, (_, i) => {
      const [column, row] = [i % 5, Math.floor(i / 5)];
      return (column * 37 + row * 61 + column * row * 11) % 256;
    });
    const resized = (height: number, width: number) => [...resizeBicubic(x, [4, 5, 1], [height, width])];
    expect(resized(6, 7)).toEqual(
      [
        [0, 14, 43, 69, 94, 123, 143],
        [24, 46, 78, 108, 149, 187, 208],
        [68, 96, 137, 174, 184, 213, 242],
        [109, 139, 196, 241, 100, 71, 118],
        [154, 199, 213, 153, 94, 107, 152],
        [183, 241, 211, 56, 111, 180, 218],
      ].flat(),
    );
    expect(resized(2, 3)).toEqual([52, 124, 172, 177, 157, 137]);
    expect(resized(9, 5).slice(20, 30)).toEqual([92, 145, 215, 124, 178, 119, 177, 242, 46, 104]);
  });

  test('prepare resizes, turns RGB into BGR and subtracts the means', async () => {
    const rgb = Uint8Array.from({ length: 72 }, (_, i) => {
      const [c, column, row] = [i % 3, Math.floor(i / 3) % 6, Math.floor(i / 18)];
      return (column * 53 + row * 29 + c * 97 + column * row * 7) % 256;
    });
    const x = array(rgb, { shape: [4, 6, 3] });
    const y = await vgg.prepare(x, { size: [3, 5] });
    expect([y.shape, y.dtype.name]).toEqual([[3, 5, 3], 'float32']);
    // By Pillow and NumPy.
    const expected = [105.061, 20.060997, 16.060997, 21.221, 1.221, 20.221, -96.68, 3.32, 27.32];
    const flat = y.reshape(-1);
    for (const [k, i] of [0, 7, 14, 15, 22, 29, 30, 37, 44].entries())
      expect(flat.at(i).itemSync()).toBeCloseTo(expected[k] as number, 4);
    const planes = await vgg.prepare(x.transpose(2, 0, 1), { size: [3, 5] });
    expect(planes.toArraySync()).toEqual(y.toArraySync());
  });

  test('grey images, opacity, and no resizing', async () => {
    const grey = await resnet.prepare(array([[0, 255]], { dtype: 'uint8' }), { size: null });
    expect(grey.shape).toEqual([3, 1, 2]);
    expect(grey.at(0).toArraySync()).toEqual([[Math.fround(-103.063), Math.fround(255 - 103.063)]]);
    const four = array([[[1, 2, 3, 200]], [[4, 5, 6, 0]]], { dtype: 'uint8' });
    expect((await googlenet.prepare(four, { size: null })).reshape(-1).toArraySync()).toEqual([
      -101, -98, -115, -112, -122, -119,
    ]);
  });

  test('what is no image is refused by name', async () => {
    await expect(vgg.prepare(zeros([2, 2, 5]))).rejects.toThrow(
      '[vgg.prepare] an image must have shape [H, W], [H, W, C] or [C, H, W] with 1, 3 or 4 channels, got float32[2, 2, 5]',
    );
    await expect(vgg.prepare(zeros([2, 2]), { size: [0, 3] })).rejects.toThrow(
      'size must be [width, height] or null',
    );
    await expect(vgg.prepare(new Uint8Array(10))).rejects.toThrow(
      '[vgg.prepare] 10 bytes is not an image that can be read',
    );
    await expect(vgg.prepare('/nowhere.png')).rejects.toThrow('[vgg.prepare] there is no file /nowhere.png');
  });

  test('ten views: corners, centre, mirrored', () => {
    const x = array(
      Float32Array.from({ length: 16 }, (_, i) => i),
      { shape: [1, 1, 4, 4] },
    );
    const y = oversample(x, [2, 2]).reshape(10, 4).toArraySync();
    const straight = [
      [0, 1, 4, 5],
      [2, 3, 6, 7],
      [8, 9, 12, 13],
      [10, 11, 14, 15],
      [5, 6, 9, 10],
    ];
    expect(y).toEqual([...straight, ...straight.map(([a, b, c, d]) => [b, a, d, c])]);
    expect(() => oversample(x, [5, 2])).toThrow(
      '[oversample] images of 4 × 4 are smaller than the crops, 5 × 2',
    );
  });
});
