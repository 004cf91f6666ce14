import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { array, type NdArray, random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { Sequential } from '../core/sequential.ts';
import type { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import { encode } from '../protobuf/message.ts';
import { modelFields } from './fields.ts';
import * as onnx from './index.ts';

/** Written by Python's onnx, operator set 11: Gemm, Unsqueeze, Squeeze, ReduceMean, Sub, Constant, Max. */
const byPython = gunzipSync(
  Buffer.from(
    [
      'H4sIAAAAAAACA21QsU7DQAzNS9L26qo0nEBUCDEcEkMmJgYGWoUBCakMVKgS2yU9CqIJDZeglCmfkj/hM/gdXDqBsPQG+/n52Rbt',
      'iy+XzgkVYUaIJRaH7mOi/GuTpuGAWnq5etL7juOMGyDsU7t405mNhmjg0jFhIVGq7n1m89KYDxP2yNeVsWPmO3REKCVy1Zn+x54R',
      'colU0Z2Zl4mZGJ39amB78WLMav6c2q3fDisIqYRV3rSM6VQiUeLqNbOFzorwgFrvelmyTQDl886jCEkDf6OzhERirbyJrvjI8ES4',
      'wgsQYXYzdH6ivtwo+FBGzWhG4a5weZLY5vVnhPhhj18lB9QXkF3yJG6J58RcXf+tupFPTtD7BkjyAwRiAQAA',
    ].join(''),
    'base64',
  ),
);

const inTest = <T>(body: () => T): T => noBackpropMode(() => usingConfig('train', false, body));

describe('loadOnnx', () => {
  test('weights by name, in the two forms that tensors have', async () => {
    const linear = new L.Linear(3, 2);
    await onnx.loadOnnx(byPython, linear);
    expect(linear.W.array.toArraySync()).toEqual([
      [0, 0.25, 0.5],
      [0.75, 1, 1.25],
    ]);
    expect(linear.b?.array.toArraySync()).toEqual([1, -1]);
  });

  test('what onnx.export wrote, running statistics, too', async () => {
    const make = () => new Sequential(new L.Convolution2D(2, 3, 3), new L.BatchNormalization(3), F.relu);
    const [model, other] = [make(), make()];
    model.forward(random.randn(4, 2, 6, 6));
    const x = random.randn(2, 2, 6, 6);
    await onnx.loadOnnx(await onnx.export(model, x), other, { ignoreNames: (name) => name.endsWith('/N') });
    const [a, b] = [model, other].map((m) => inTest(() => m.forward(x)).array) as [NdArray, NdArray];
    expect(b.toArraySync()).toEqual(a.toArraySync());
  });

  test('what is wrong is named', async () => {
    await expect(onnx.loadOnnx(byPython, new L.Linear(3, 3))).rejects.toThrow(
      "[loadOnnx] 'W' has shape [2, 3] in the file, but the object has [3, 3]",
    );
    await expect(onnx.loadOnnx(byPython.subarray(0, 100), new L.Linear(3, 2))).rejects.toThrow(
      '[loadOnnx] the file is incomplete or damaged',
    );
    await expect(onnx.loadOnnx(new Uint8Array(), new L.Linear(3, 2))).rejects.toThrow(
      'the file holds no graph',
    );
    const of = (tensor: object) =>
      encode(modelFields, { graph: { initializer: [{ name: 'W', ...tensor }] } });
    await expect(
      onnx.loadOnnx(of({ dims: [2], dataType: 1, floatData: new Float32Array(3) }), new L.Linear(3, 2)),
    ).rejects.toThrow("[loadOnnx] 'W' has 3 elements, but float32[2] has 2");
    await expect(onnx.loadOnnx(of({ dims: [2], dataType: 8 }), new L.Linear(3, 2))).rejects.toThrow(
      'element type 8',
    );
    await expect(
      onnx.loadOnnx(of({ dims: [2], dataType: 1, dataLocation: 1 }), new L.Linear(3, 2)),
    ).rejects.toThrow("'W' does not say in which file");
  });
});

describe('OnnxFunction', () => {
  test('a file of Python', () => {
    const f = new onnx.OnnxFunction(byPython);
    expect([f.inputNames, f.outputNames]).toEqual([['x'], ['y']]);
    const [y] = f.forward(
      array([
        [1, 2, 3],
        [-1, 0, 2],
      ]),
    );
    // By the reference evaluator of Python's onnx.
    expect(y?.array.toArraySync()).toEqual([
      [0.5, 3.5],
      [0.5, 0.5],
    ]);
  });

  test('it can be trained further', () => {
    const f = new onnx.OnnxFunction(byPython);
    expect([...f.namedparams()].map(([path]) => path)).toEqual(['/W', '/b']);
    const [y] = f.forward(array([[1, 2, 3]]));
    F.sum(y as Variable).backward();
    expect([...f.params()].map((p) => p.grad?.toArraySync())).toEqual([
      [
        [-1, -2, -3],
        [1, 2, 3],
      ],
      [-0.5, 0.5],
    ]);
    expect(
      f
        .copy('copy')
        .forward(array([[1, 2, 3]]))[0]
        ?.array.toArraySync(),
    ).toEqual([[0.5, 3.5]]);
  });

  test('ResNet50', async () => {
    const model = new L.ResNet50Layers({ pretrainedModel: null });
    const x = random.rand(1, 3, 32, 32);
    const f = new onnx.OnnxFunction(await onnx.export(model, x));
    const found = inTest(() => f.forward(x))[0] as Variable;
    const expected = inTest(() => model.forward(x)).prob as Variable;
    expect(Number(found.array.sub(expected.array).abs().max().itemSync())).toBeLessThan(1e-5);
  });

  test('operations that are not understood are named', () => {
    const node = [{ opType: 'Add' }, { opType: 'GridSample' }, { opType: 'NonZero' }];
    expect(() => new onnx.OnnxFunction(encode(modelFields, { graph: { node } }))).toThrow(
      '[OnnxFunction] these operations are not supported: GridSample, NonZero',
    );
    const f = new onnx.OnnxFunction(byPython);
    expect(() => f.forward()).toThrow('[OnnxFunction] takes x, got 0 inputs');
  });
});

describe('elements in files of their own', () => {
  const linear = { dims: [2, 3], dataType: 1, name: 'W', dataLocation: 1 };
  const entries = (location: string, offset: number) => [
    { key: 'location', value: location },
    { key: 'offset', value: String(offset) },
    { key: 'length', value: '24' },
  ];
  const model = (location: string, offset = 4) =>
    encode(modelFields, {
      graph: {
        initializer: [{ ...linear, externalData: entries(location, offset) }],
        node: [
          {
            opType: 'Gemm',
            input: ['x', 'W'],
            output: ['y'],
            attribute: [{ name: 'transB', i: 1, type: 2 }],
          },
        ],
        input: [{ name: 'x' }],
        output: [{ name: 'y' }],
      },
    });
  const bytes = new Uint8Array(Float32Array.of(9, 1, 2, 3, 4, 5, 6).buffer);

  test('are read from beside the model, or from what is given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
    await writeFile(join(folder, 'weights.bin'), bytes);
    await writeFile(join(folder, 'model.onnx'), model('weights.bin'));
    const x = array([[1, 0, -1]]);
    const fromFile = new onnx.OnnxFunction(join(folder, 'model.onnx'));
    const given = new onnx.OnnxFunction(model('weights.bin'), { externalData: { 'weights.bin': bytes } });
    for (const f of [fromFile, given]) expect(f.forward(x)[0]?.array.toArraySync()).toEqual([[-2, -2]]);
    const link = new L.Linear(3, 2, { nobias: true });
    await onnx.loadOnnx(join(folder, 'model.onnx'), link);
    expect(link.W.array.toArraySync()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await writeFile(join(folder, 'model.onnx'), model('../weights.bin'));
    expect(() => new onnx.OnnxFunction(join(folder, 'model.onnx'))).toThrow('lies outside of its folder');
    await rm(folder, { recursive: true });
  });

  test('that are not there are named', () => {
    expect(() => new onnx.OnnxFunction(model('weights.bin'))).toThrow("externalData: {'weights.bin': bytes}");
    const externalData = { 'weights.bin': bytes };
    expect(() => new onnx.OnnxFunction(model('weights.bin', 8), { externalData })).toThrow(
      "'W' lies at 8 to 32 of 'weights.bin', which has 28 bytes",
    );
  });
});
