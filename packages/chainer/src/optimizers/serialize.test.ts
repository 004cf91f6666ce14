import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Parameter } from '../core/parameter.ts';
import { sum } from '../functions/math/sum.ts';
import { Adam, MomentumSGD, type Optimizer, SGD } from './index.ts';
import { MapSerializer, Model, setGrads, values } from './model.testing.ts';

describe('serialize', () => {
  const saved = (optimizer: Optimizer) => {
    const map = new Map<string, unknown>();
    optimizer.serialize(new MapSerializer(map, true));
    return map;
  };

  it('writes Chainer’s keys', () => {
    const model = new Model();
    const optimizer = new Adam().setup(model);
    expect([...saved(optimizer).keys()]).toEqual(['t', 'epoch', 'a/t', 'b/t']);
    optimizer.update();
    expect([...saved(optimizer).keys()]).toEqual(['t', 'epoch', 'a/t', 'a/m', 'a/v', 'b/t', 'b/m', 'b/v']);
  });

  it('continues where it was, also into rules without state', () => {
    const train = (model: Model, optimizer: Adam, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        setGrads(model, i + 1);
        optimizer.update();
      }
    };
    const model = new Model();
    const optimizer = new Adam({ alpha: 0.1, amsgrad: true }).setup(model);
    train(model, optimizer, 0, 3);
    const map = saved(optimizer);
    const other = new Model();
    const resumed = new Adam({ alpha: 0.1, amsgrad: true }).setup(other);
    other.copyparams(model);
    resumed.serialize(new MapSerializer(map, false));
    train(model, optimizer, 3, 6);
    train(other, resumed, 3, 6);
    expect(values(other.a)).toEqual(values(model.a));
    expect(resumed.t).toBe(6);
    expect(other.a.updateRule?.t).toBe(6);
  });

  it('continues float32 copies and the loss scale exactly', () => {
    const make = () => {
      const model = new Model();
      model.a = new Parameter(xp.array([1, 1], { dtype: 'float16' }), null, { name: 'a' });
      return { model, optimizer: new SGD({ lr: 2 ** -13 }).useFp32Update().lossScaling().setup(model) };
    };
    const step = ({ model, optimizer }: ReturnType<typeof make>) => optimizer.update(() => sum(model.a));
    const one = make();
    for (let i = 0; i < 3; i++) step(one);
    const other = make();
    other.model.copyparams(one.model);
    other.optimizer.serialize(new MapSerializer(saved(one.optimizer), false));
    expect(other.optimizer.lossScale).toBe(8);
    for (let i = 0; i < 5; i++) for (const x of [one, other]) step(x);
    expect(values(other.model.a)).toEqual(values(one.model.a));
    expect(values(one.model.a)).toEqual([1 - 2 ** -10, 1 - 2 ** -10]);
  });

  it('makes state anew that a file lacks', () => {
    const model = new Model();
    const optimizer = new MomentumSGD().setup(model);
    optimizer.serialize(
      new MapSerializer(
        new Map<string, unknown>([
          ['t', 5],
          ['epoch', 1],
          ['a/t', 5],
          ['b/t', 5],
        ]),
        false,
      ),
    );
    expect(model.a.updateRule?.state).toBeNull();
    expect(() => optimizer.update()).not.toThrow();
    expect(optimizer.t).toBe(6);
  });
});
