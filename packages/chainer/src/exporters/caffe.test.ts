import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, type NdArray, random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { Chain } from '../core/chain.ts';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import '../core/install.ts';
import { Sequential } from '../core/sequential.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import { caffe } from './index.ts';

class Net extends Chain {
  conv = new L.Convolution2D(2, 4, 3, { stride: [2, 1], pad: 1, groups: 2 });
  bn = new L.BatchNormalization(4);
  up = new L.Deconvolution2D(4, 3, 2, { stride: 2, nobias: true });
  fc = new L.Linear(null, 5);
  forward(x: VariableLike): Variable {
    const h = F.leakyRelu(this.bn.forward(this.conv.forward(x)), { slope: 0.1 });
    const n = F.localResponseNormalization(h, { n: 3, k: 1, alpha: 0.2, beta: 0.5 });
    const g = F.add(F.sigmoid(n), F.tanh(h));
    const p = F.concat([F.maxPooling2d(g, 2, { stride: 2 }), F.averagePooling2d(g, 2)]);
    return F.softmax(this.fc.forward(F.dropout(F.relu(this.up.forward(p.reshape([-1, 4, 2, 8]))))));
  }
}

const inTest = <T>(body: () => T): T => noBackpropMode(() => usingConfig('train', false, body));

describe('caffe.export', () => {
  test('what is written computes the same when it is read', async () => {
    const net = new Net();
    for (let i = 0; i < 3; i++) net.forward(random.randn(2, 2, 7, 8));
    const folder = await mkdtemp(join(tmpdir(), 'chainer-caffe-'));
    const x = random.randn(1, 2, 7, 8);
    await caffe.export(net, x, { directory: folder, graphName: 'net' });
    expect((await readdir(folder)).sort()).toEqual(['chainer_model.caffemodel', 'chainer_model.prototxt']);
    const f = new L.caffe.CaffeFunction(join(folder, 'chainer_model.caffemodel'));
    const y = random.randn(1, 2, 7, 8);
    const found = inTest(() => f.forward({ data: y }, ['Softmax-1']))[0] as Variable;
    const expected = inTest(() => net.forward(y));
    expect(found.shape).toEqual(expected.shape);
    expect(Number(found.array.sub(expected.array).abs().max().itemSync())).toBeLessThan(1e-6);
    const text = await readFile(join(folder, 'chainer_model.prototxt'), 'utf8');
    expect(text).not.toContain('blobs');
    await rm(folder, { recursive: true, force: true });
  });

  test('the text, as Caffe writes it', async () => {
    const model = new Sequential(new L.Convolution2D(1, 2, 3, { pad: 1 }), (x: Variable) =>
      F.averagePooling2d(x, 2),
    );
    const { prototxt, caffemodel } = await caffe.export(
      model,
      array([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
      { exportParams: false },
    );
    expect(caffemodel).toBeNull();
    expect(prototxt).toBe(`name: "Graph"
layer {
  name: "data"
  type: "Input"
  top: "data"
  input_param {
    shape {
      dim: 1
      dim: 1
      dim: 2
      dim: 2
    }
  }
}
layer {
  name: "Convolution2DFunction-1"
  type: "Convolution"
  bottom: "data"
  top: "Convolution2DFunction-1"
  convolution_param {
    num_output: 2
    bias_term: true
    group: 1
    pad_h: 1
    pad_w: 1
    kernel_h: 3
    kernel_w: 3
    stride_h: 1
    stride_w: 1
  }
}
layer {
  name: "AveragePooling2D-1"
  type: "Pooling"
  bottom: "Convolution2DFunction-1"
  top: "AveragePooling2D-1"
  pooling_param {
    pool: AVE
    kernel_h: 2
    kernel_w: 2
    stride_h: 2
    stride_w: 2
    pad_h: 0
    pad_w: 0
  }
}
`);
  });

  test('GoogLeNet, whose published names its layers do not need', async () => {
    const net = new L.GoogLeNet({ pretrainedModel: null });
    const x = random.randn(1, 3, 32, 32);
    const layers = ['inception_3a'];
    const { caffemodel } = await caffe.export((v: Variable) => net.forward(v, { layers }), x);
    const f = new L.caffe.CaffeFunction(caffemodel as Uint8Array);
    const last = Object.keys(f.forward({ data: x }, ['data']) && f.variables).at(-1) as string;
    const expected = inTest(() => net.forward(x, { layers })).inception_3a as Variable;
    const found = f.variables[last] as Variable;
    expect(Number((found.array as NdArray).sub(expected.array).abs().max().itemSync())).toBeLessThan(1e-5);
  });

  test('a linear layer behind images runs with any number of them', async () => {
    const linear = new L.Linear(12, 2);
    const { caffemodel } = await caffe.export(
      (v: Variable) => linear.forward(F.relu(v)),
      random.randn(1, 3, 2, 2),
    );
    const f = new L.caffe.CaffeFunction(caffemodel as Uint8Array);
    const x = random.randn(5, 3, 2, 2);
    const [y] = f.forward({ data: x }, ['LinearFunction-1']) as [Variable];
    const expected = inTest(() => linear.forward(F.relu(x)));
    expect(y.shape).toEqual([5, 2]);
    expect(Number(y.array.sub(expected.array).abs().max().itemSync())).toBeLessThan(1e-6);
  });

  test('what Caffe has no layer for is named', async () => {
    const x = array([[1, 2]]);
    await expect(caffe.export((v: Variable) => F.exp(v), x)).rejects.toThrow(
      "[caffe.export] the function 'exp' has no equivalent in Caffe; there are LinearFunction,",
    );
    await expect(caffe.export((v: Variable) => F.add(v, 1), x)).rejects.toThrow(
      'Caffe adds blobs, not numbers',
    );
    await expect(caffe.export((v: Variable) => F.softmax(v, { axis: 0 }), x)).rejects.toThrow(
      'along axis 1, not 0',
    );
    await expect(caffe.export((() => 1) as never, x)).rejects.toThrow('must return variables');
    await expect(caffe.export(((v: Variable) => v) as never, [x, x] as never)).rejects.toThrow(
      'got 2 arguments',
    );
  });
});
