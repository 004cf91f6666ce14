import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Chain } from '../core/chain.ts';
import { Variable } from '../core/install.ts';
import { LinkHook, usingLinkHook } from '../core/link-hook.ts';
import { repeat, Sequential } from '../core/sequential.ts';
import { relu } from '../functions/activation/relu.ts';
import { BatchNormalization, Convolution2D, Linear, LSTM } from './index.ts';

class MLP extends Chain {
  l1 = new Linear(null, 4);
  hidden = [new Linear(4, 4), new Linear(4, 4)];
  l2 = new Linear(4, 2, { nobias: true });

  forward(x: Variable): Variable {
    let h = relu(this.l1.forward(x));
    for (const l of this.hidden) h = relu(l.forward(h));
    return this.l2.forward(h);
  }
}

const ones = (...shape: number[]) => new Variable(xp.ones(shape));

describe('Link', () => {
  it('finds parameters in fields and in arrays of links, in the order of definition', () => {
    const paths = [...new MLP().namedparams()].map(([path]) => path);
    expect(paths).toEqual([
      '/l1/W',
      '/l1/b',
      '/hidden/0/W',
      '/hidden/0/b',
      '/hidden/1/W',
      '/hidden/1/b',
      '/l2/W',
    ]);
  });

  it('initialises lazily in the first forward pass', () => {
    const model = new MLP();
    expect(model.l1.W.isInitialized).toBe(false);
    expect(() => model.l1.W.array).toThrow(/first forward pass/);
    model.forward(ones(3, 5));
    expect(model.l1.W.shape).toEqual([4, 5]);
    expect(model.countParams()).toBe(20 + 4 + 2 * 20 + 8);
  });

  it('copies by sharing, by value, and anew', () => {
    const a = new Linear(2, 2);
    const shared = a.copy();
    const copied = a.copy('copy');
    const fresh = a.copy('init');
    a.W.array.fill(7);
    expect(shared.W.array.toArraySync()).toEqual([
      [7, 7],
      [7, 7],
    ]);
    expect(copied.W.array.toArraySync()).not.toEqual(shared.W.array.toArraySync());
    expect(fresh.W.array.toArraySync()).not.toEqual(copied.W.array.toArraySync());
    expect(shared.W === a.W).toBe(false);
  });

  it('takes over parameters and persistent values by path', () => {
    const a = new BatchNormalization(2);
    const b = new BatchNormalization(2);
    a.forward(
      new Variable(
        xp.array([
          [1, 2],
          [3, 6],
        ]),
      ),
    );
    b.copyparams(a);
    expect(b.avgMean?.toArraySync()).toEqual(a.avgMean?.toArraySync());
  });

  it('runs hooks around forward, its own and global ones, once each', () => {
    const seen: string[] = [];
    class Spy extends LinkHook {
      readonly name: string;
      constructor(name: string) {
        super();
        this.name = name;
      }
      override forwardPreprocess(): void {
        seen.push(`${this.name} before`);
      }
      override forwardPostprocess(): void {
        seen.push(`${this.name} after`);
      }
    }
    const l = new Linear(2, 2);
    l.addHook(new Spy('own'));
    usingLinkHook(new Spy('all'), () => l.forward(ones(1, 2)));
    expect(seen).toEqual(['all before', 'own before', 'all after', 'own after']);
    l.deleteHook('own');
    l.forward(ones(1, 2));
    expect(seen.length).toBe(4);
  });

  it('says which sizes are missing', () => {
    expect(() => new Linear(null)).toThrow(/\[Linear\] outSize is missing/);
    expect(() => new Convolution2D(null, 3)).toThrow(/\[Convolution2D\] ksize is missing/);
    expect(() => new BatchNormalization()).toThrow(/\[BatchNormalization\] size or axis is missing/);
  });
});

describe('Sequential', () => {
  it('applies links and functions one after another', () => {
    const s = new Sequential(new Linear(3, 4), relu, new Linear(4, 2));
    expect(s.forward(ones(5, 3)).shape).toEqual([5, 2]);
    expect([...s.namedparams()].map(([p]) => p)).toEqual(['/0/W', '/0/b', '/2/W', '/2/b']);
    expect(() => new Sequential().forward(ones(1))).toThrow(/empty/);
  });

  it('repeats a link, initialised anew', () => {
    const r = repeat(new Linear(2, 2), 3);
    expect(r.length).toBe(3);
    const [a, b] = [...r.params()].filter((p) => p.name === 'W');
    expect(a?.array.toArraySync()).not.toEqual(b?.array.toArraySync());
  });
});

describe('LSTM', () => {
  it('keeps its state, lets the batch shrink, and refuses to let it grow', () => {
    const cell = new LSTM(3, 4);
    cell.forward(ones(2, 3));
    cell.forward(ones(1, 3));
    expect(cell.h?.shape).toEqual([2, 4]);
    expect(() => cell.forward(ones(3, 3))).toThrow(/batch may not grow/);
    cell.resetState();
    expect(cell.h).toBeNull();
  });
});
