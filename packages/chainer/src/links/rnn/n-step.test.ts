import { array, type NdArray, ones, random, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { Variable } from '../../core/variable.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import {
  NStepBiGRU,
  NStepBiLSTM,
  NStepBiRNNReLU,
  NStepBiRNNTanh,
  NStepGRU,
  NStepLSTM,
  NStepRNNReLU,
  NStepRNNTanh,
} from './index.ts';

const close = { atol: 1e-5, rtol: 1e-5 };
const sequences = [2, 4, 1, 4].map((n) => random.normal({ size: [n, 3] }).astype('float32'));
const plain = [NStepGRU, NStepBiGRU, NStepRNNTanh, NStepRNNReLU, NStepBiRNNTanh, NStepBiRNNReLU];

describe('n-step layers', () => {
  it('give each sequence what it would get alone', () => {
    for (const Layer of plain) {
      const rnn = new Layer(2, 3, 2, 0);
      const [hy, ys] = rnn.forward(null, sequences);
      expect(rnn.nCells).toBe(1);
      sequences.forEach((x, i) => {
        const [own, alone] = rnn.forward(null, [x]);
        assertAllclose(ys[i] as Variable, (alone[0] as Variable).array, close);
        assertAllclose(hy.array.at(':', `${i}:${i + 1}`), own.array, close);
      });
    }
    for (const Layer of [NStepLSTM, NStepBiLSTM]) {
      const rnn = new Layer(2, 3, 2, 0);
      const state = () => new Variable(random.normal({ size: [2 * rnn.direction, 4, 2] }).astype('float32'));
      const [hx, cx] = [state(), state()];
      const [hy, cy, ys] = rnn.forward(hx, cx, sequences);
      expect(rnn.nCells).toBe(2);
      sequences.forEach((x, i) => {
        const part = (s: Variable) => s.array.at(':', `${i}:${i + 1}`);
        const [h, c, alone] = rnn.forward(part(hx), part(cx), [x]);
        assertAllclose(ys[i] as Variable, (alone[0] as Variable).array, close);
        assertAllclose(part(hy), h.array, close);
        assertAllclose(part(cy), c.array, close);
      });
    }
  });

  it('reads sequences backwards, too', () => {
    const rnn = new NStepBiRNNTanh(1, 3, 2, 0);
    const [forward, backward] = [...rnn].map((layer) => [...layer.params()]);
    forward?.forEach((p, k) => {
      backward?.[k]?.array.setAt(p.array, '...');
    });
    const x = sequences[1] as NdArray;
    const [, [y]] = rnn.forward(null, [x]);
    const [, [mirrored]] = rnn.forward(null, [x.at('::-1')]);
    assertAllclose((y as Variable).array.at(':', ':2'), (mirrored as Variable).array.at('::-1', '2:'), close);
  });

  it('have parameters of Chainer’s names, which copies have for themselves', () => {
    const rnn = new NStepBiGRU(2, 3, 2, 0, { initialW: 0.5, initialBias: 0.25 });
    const shapes = new Map([...rnn.namedparams()].map(([path, p]) => [path, p.shape]));
    expect(shapes.size).toBe(4 * 12);
    expect([shapes.get('/0/w0'), shapes.get('/2/w0'), shapes.get('/2/w3'), shapes.get('/3/b5')]).toEqual([
      [2, 3],
      [2, 4],
      [2, 2],
      [2],
    ]);
    const copy = rnn.copy('copy');
    rnn.ws[0]?.forEach((w) => {
      (w as Variable).array.fill(0);
    });
    const [w, b] = [copy.ws[0]?.[0], copy.bs[3]?.[5]] as [Variable, Variable];
    expect(w.array.at(0, 0).itemSync()).toBe(0.5);
    expect(b.array.toArraySync()).toEqual([0.25, 0.25]);
  });

  it('takes sequences without elements', () => {
    const rnn = new NStepGRU(1, 3, 2, 0);
    const h = new Variable(
      array([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    );
    const [hy, ys] = rnn.forward(h, [zeros([0, 3]), ones([2, 3])]);
    expect(ys.map((y) => y.shape)).toEqual([
      [0, 2],
      [2, 2],
    ]);
    expect(hy.array.at(0, 0).toArraySync()).toEqual([1, 2]);
  });

  it('names what does not fit', () => {
    const rnn = new NStepLSTM(1, 3, 2, 0);
    expect(() => rnn.forward(zeros([1, 2, 3]), zeros([1, 2, 3]), [ones([2, 3]), ones([1, 3])])).toThrow(
      '[nStepLstm] ws[0][0] must have shape [3,3], got [2,3]',
    );
    expect(() => rnn.forward(null, null, [])).toThrow(
      '[NStepLSTM] xs must be a list of at least one sequence',
    );
    expect(() => rnn.at(0).forward()).toThrow('apply the whole stack');
  });
});
