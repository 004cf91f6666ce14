import { array, type NdArray, random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import type { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { encode } from '../protobuf/message.ts';
import { elementTypes, modelFields, type OnnxAttribute } from './fields.ts';
import { toTensor } from './graph-builder.ts';
import * as onnx from './index.ts';
import { runInOnnxRuntime } from './testing.testing.ts';

const [steps, batch, size, hidden] = [4, 3, 5, 2];
const text = (s: string) => new TextEncoder().encode(s);
const direction = (s: string): OnnxAttribute => ({ name: 'direction', s: text(s), type: 3 });
const number = (name: string, i: number): OnnxAttribute => ({ name, i, type: 2 });
const activations = (...names: string[]): OnnxAttribute => ({
  name: 'activations',
  strings: names.map(text),
  type: 8,
});

interface Case {
  readonly type: 'GRU' | 'LSTM' | 'RNN';
  readonly attributes?: readonly OnnxAttribute[];
  readonly directions?: number;
  readonly lengths?: readonly number[];
  /** Whether there are a bias, and first states and peepholes. */
  readonly bare?: boolean;
}

/** A file of one layer, whose weights are random. */
function fileOf({ type, attributes = [], directions = 1, lengths, bare = false }: Case): Uint8Array {
  const gates = { RNN: 1, GRU: 3, LSTM: 4 }[type];
  const states = type === 'LSTM' ? 2 : 1;
  const D = directions;
  const tensors: Record<string, NdArray | null> = {
    W: random.randn(D, gates * hidden, size),
    R: random.randn(D, gates * hidden, hidden),
    B: bare ? null : random.randn(D, 2 * gates * hidden),
    lengths: lengths === undefined ? null : array([...lengths], { dtype: 'int32' }),
    h: bare ? null : random.randn(D, batch, hidden),
    ...(states === 2 && {
      c: bare ? null : random.randn(D, batch, hidden),
      P: bare ? null : random.randn(D, 3 * hidden),
    }),
  };
  const given = Object.entries(tensors).flatMap(([name, x]) => (x === null ? [] : [[name, x] as const]));
  const output = ['Y', 'Yh', ...(states === 2 ? ['Yc'] : [])];
  const node = {
    opType: type,
    input: ['X', ...Object.entries(tensors).map(([name, x]) => (x === null ? '' : name))],
    output,
    attribute: [number('hidden_size', hidden), ...attributes],
  };
  const info = (name: string, shape: number[]) => ({
    name,
    type: {
      tensorType: {
        elemType: elementTypes.float32 as number,
        shape: { dim: shape.map((dimValue) => ({ dimValue })) },
      },
    },
  });
  return encode(modelFields, {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 14 }],
    graph: {
      name: 'layer',
      node: [node],
      initializer: given.map(([name, x]) =>
        toTensor(name, { dtype: x.dtype, shape: x.shape, data: x.dataSync() }),
      ),
      input: [info('X', [steps, batch, size])],
      output: output.map((name) => info(name, name === 'Y' ? [steps, D, batch, hidden] : [D, batch, hidden])),
    },
  });
}

const both = [direction('bidirectional')];
const cases: Record<string, Case> = {
  RNN: { type: 'RNN' },
  'RNN of ReLU, backwards': { type: 'RNN', attributes: [direction('reverse'), activations('Relu')] },
  'RNN, both directions, without bias and states': {
    type: 'RNN',
    attributes: both,
    directions: 2,
    bare: true,
  },
  GRU: { type: 'GRU' },
  'GRU that resets late, both directions': {
    type: 'GRU',
    attributes: [...both, number('linear_before_reset', 1)],
    directions: 2,
  },
  LSTM: { type: 'LSTM' },
  'LSTM, both directions, without bias and states': {
    type: 'LSTM',
    attributes: both,
    directions: 2,
    bare: true,
  },
  'LSTM of sequences of different lengths': { type: 'LSTM', lengths: [4, 2, 1] },
};

describe('recurrent layers of files give what ONNX Runtime gives', () => {
  test.each(Object.entries(cases))('%s', async (_, layer) => {
    const bytes = fileOf(layer);
    const x = random.randn(steps, batch, size);
    const expected = await runInOnnxRuntime(bytes, { X: x });
    const f = new onnx.OnnxFunction(bytes);
    const found = f.forward(x);
    for (const [k, name] of f.outputNames.entries()) {
      const [a, b] = [(found[k] as Variable).array, expected[name] as NdArray];
      expect(a.shape).toEqual(b.shape);
      expect(Number(a.sub(b).abs().max().itemSync())).toBeLessThan(1e-5);
    }
  });

  test('they can be trained', () => {
    const f = new onnx.OnnxFunction(fileOf({ type: 'LSTM' }));
    const [y] = f.forward(random.randn(steps, batch, size)) as [Variable];
    F.sum(y).backward();
    expect([...f.namedparams()].map(([path]) => path).toSorted()).toEqual([
      '/B',
      '/P',
      '/R',
      '/W',
      '/c',
      '/h',
    ]);
    for (const p of f.params()) expect(Number(p.grad?.abs().sum().itemSync())).toBeGreaterThan(0);
  });

  test('what is not understood is named', () => {
    const f = new onnx.OnnxFunction(fileOf({ type: 'RNN', attributes: [activations('Affine')] }));
    expect(() => f.forward(random.randn(steps, batch, size))).toThrow(
      'the activation Affine is not understood',
    );
  });
});
