import { array, type NdArray, random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { Chain } from '../core/chain.ts';
import { noBackpropMode, usingConfig } from '../core/config.ts';
import { Sequential } from '../core/sequential.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import * as L from '../links/index.ts';
import * as onnx from './index.ts';
import { runInOnnxRuntime } from './testing.testing.ts';

const inTest = <T>(body: () => T): T => noBackpropMode(() => usingConfig('train', false, body));

/** Greatest difference, relative to the greatest value. */
function difference(a: NdArray, b: NdArray): number {
  expect(a.shape).toEqual(b.shape);
  const scale = Number(b.abs().max().itemSync());
  return Number(a.sub(b).abs().max().itemSync()) / Math.max(1, scale);
}

/** Exports, runs the file with other values, and compares. */
async function compare(
  model: { forward(...xs: VariableLike[]): unknown },
  example: readonly NdArray[],
  given: readonly NdArray[] = example.map((x) => random.randn(...x.shape).astype(x.dtype)),
  before: () => void = () => {},
): Promise<void> {
  before();
  const bytes = await onnx.export(model as never, example);
  before();
  const expected = inTest(() => [model.forward(...given)].flat(3)) as Variable[];
  const feeds = Object.fromEntries(given.map((x, i) => [`Input_${i}`, x]));
  const outputs = await runInOnnxRuntime(bytes, feeds);
  expect(Object.keys(outputs)).toHaveLength(expected.length);
  for (const [i, y] of expected.entries())
    expect(difference(outputs[`Output_${i}`] as NdArray, y.array)).toBeLessThan(1e-4);
  const read = inTest(() => new onnx.OnnxFunction(bytes).forward(...given));
  for (const [i, y] of expected.entries())
    expect(difference((read[i] as Variable).array, y.array)).toBeLessThan(1e-5);
}

describe('exported models compute the same in ONNX Runtime', () => {
  test('MLP', async () => {
    const model = new Sequential(
      new L.Linear(10, 20),
      F.relu,
      new L.Linear(20, 20),
      F.tanh,
      new L.Linear(20, 5),
    );
    await compare(model, [random.randn(4, 10)]);
  });

  test('CNN', async () => {
    class Net extends Chain {
      conv1 = new L.Convolution2D(3, 8, 3, { pad: 1 });
      bn1 = new L.BatchNormalization(8);
      conv2 = new L.Convolution2D(8, 8, 3, { stride: 2, dilate: 2, groups: 4, nobias: true });
      up = new L.Deconvolution2D(8, 6, 4, { stride: 2, pad: 1, outsize: [8, 9] });
      fc = new L.Linear(null, 7);
      forward(x: VariableLike): Variable[] {
        const h = F.maxPooling2d(F.relu(this.bn1.forward(this.conv1.forward(x))), 3, { stride: 2 });
        const g = F.averagePooling2d(F.leakyRelu(this.conv2.forward(h)), 2, { stride: 1, pad: 1 });
        const u = this.up.forward(g);
        return [F.softmax(this.fc.forward(F.dropout(F.localResponseNormalization(u)))), u];
      }
    }
    const net = new Net();
    for (let i = 0; i < 3; i++) net.forward(random.randn(4, 3, 20, 21));
    await compare(net, [random.randn(2, 3, 20, 21)]);
  });

  test('ResNet50', async () => {
    const model = new L.ResNet50Layers({ pretrainedModel: null });
    const layers = ['res3', 'prob'];
    const x = random.rand(1, 3, 64, 64);
    const bytes = await onnx.export(model, x);
    const y = random.rand(1, 3, 64, 64);
    const expected = inTest(() => model.forward(y, { layers })).prob as Variable;
    const { prob } = await runInOnnxRuntime(bytes, { Input_0: y });
    expect(difference(prob as NdArray, expected.array)).toBeLessThan(1e-4);
  });

  test('LSTM: the links for one step and for whole sequences, GRU, both directions', async () => {
    class Steps extends Chain {
      embed = new L.EmbedID(11, 6);
      lstm = new L.LSTM(6, 5);
      gru = new L.GRU(5, 4);
      forward(ids: VariableLike): Variable {
        this.lstm.resetState();
        this.gru.resetState();
        const steps = F.separate(this.embed.forward(ids), { axis: 1 });
        return F.stack(steps.map((x) => this.gru.forward(this.lstm.forward(x))));
      }
    }
    const ids = (list: number[][]) => array(list, { dtype: 'int32' });
    await compare(
      new Steps(),
      [
        ids([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
      [
        ids([
          [0, 10, 3],
          [7, 8, 9],
        ]),
      ],
    );
    class Sequences extends Chain {
      lstm = new L.NStepBiLSTM(2, 3, 4, 0.5);
      gru = new L.NStepGRU(1, 8, 2, 0);
      forward(...xs: VariableLike[]): Variable[] {
        const [hy, cy, ys] = this.lstm.forward(null, null, xs as never) as unknown as [
          Variable,
          Variable,
          Variable[],
        ];
        const [h, out] = this.gru.forward(null, ys as never) as unknown as [Variable, Variable[]];
        return [hy, cy, h, ...out];
      }
    }
    await compare(new Sequences(), [random.randn(3, 3), random.randn(5, 3), random.randn(1, 3)]);
  });

  test('VAE', async () => {
    class Vae extends Chain {
      encoder = new L.Linear(12, 8);
      mean = new L.Linear(8, 3);
      lnVar = new L.Linear(8, 3);
      decoder = new L.Linear(3, 12);
      forward(x: VariableLike, noise: VariableLike): Variable[] {
        const h = F.tanh(this.encoder.forward(x));
        const [mean, lnVar] = [this.mean.forward(h), this.lnVar.forward(h)];
        const z = F.add(mean, F.mul(noise, F.exp(F.mul(lnVar, 0.5))));
        const y = this.decoder.forward(z);
        const loss = F.add(F.bernoulliNll(x, y), F.gaussianKlDivergence(mean, lnVar));
        return [F.sigmoid(y), loss];
      }
    }
    await compare(
      new Vae(),
      [random.rand(4, 12), random.randn(4, 3)],
      [random.rand(4, 12), random.randn(4, 3)],
    );
  });
});
