import { array, type DType, float32, float64, js, type NdArray, random } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { deviceWith } from '../../../../device-cuda/src/nvidia/library.testing.ts';
import { grad } from '../../core/backward.ts';
import { noBackpropMode, usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { nStep } from './n-step.ts';
import { gruCell, lstmCell, rnnCell } from './n-step-cells.ts';
import { composed, type StepCell } from './n-step-composed.ts';

const device = deviceWith('cudnn');
const cells: Readonly<Record<string, StepCell>> = {
  lstm: lstmCell,
  gru: gruCell,
  tanh: rnnCell('test', 'tanh'),
  relu: rnnCell('test', 'relu'),
};
const [features, units] = [3, 5];

/** A generator of its own for each network. */
function numbers(seed: number) {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32 - 0.5;
  };
}

/** The same network's arguments on a device: states, steps, weights and biases. */
function network(
  cell: StepCell,
  layers: number,
  directions: 1 | 2,
  steps: readonly number[],
  dtype: DType,
  on = js,
) {
  const next = numbers(layers * 10 + directions);
  const all: Variable[] = [];
  const made = (...shape: number[]) => {
    const list = Array.from({ length: shape.reduce((p, e) => p * e, 1) }, next);
    const x = new Variable(array(list, { dtype, device: on }).reshape(shape));
    all.push(x);
    return x;
  };
  const states = [layers * directions, steps[0]!, units];
  const [hx, cx] = [made(...states), cell.kind === 'lstm' ? made(...states) : null];
  const xs = steps.map((n) => made(n, features));
  const rows = Array.from({ length: layers * directions }, (_, i) => i);
  const gates = Array.from({ length: 2 * cell.gates }, (_, k) => k);
  const width = (i: number, k: number) =>
    k >= cell.gates ? units : i < directions ? features : units * directions;
  const ws = rows.map((i) => gates.map((k) => made(units, width(i, k))));
  const bs = rows.map(() => gates.map(() => made(units)));
  return { hx, cx, xs, ws, bs, all };
}

type Network = ReturnType<typeof network>;
const run = (cell: StepCell, layers: number, directions: 1 | 2, { hx, cx, ws, bs, xs }: Network, ratio = 0) =>
  nStep('test', cell, directions, layers, ratio, hx, cx, ws, bs, xs);

/** A number that depends on every result, each in its own way. */
function lossOf({ hy, cy, ys }: ReturnType<typeof run>, only: 'all' | 'ys' | 'hy' = 'all'): Variable {
  const outputs = only === 'hy' ? [hy] : only === 'ys' ? ys : [...ys, hy, ...(cy === null ? [] : [cy])];
  return outputs
    .map((y, k) =>
      y
        .mul(y)
        .mul(0.3 + 0.1 * k)
        .add(y)
        .sum(),
    )
    .reduce((sum, y) => sum.add(y));
}

const values = (x: NdArray) => x.toArraySync() as unknown;
function expectClose(found: NdArray, wanted: NdArray, digits: number, what: string): void {
  expect(found.shape, what).toEqual(wanted.shape);
  const flat = (x: NdArray) => [values(x)].flat(Number.POSITIVE_INFINITY) as number[];
  const [a, b] = [flat(found), flat(wanted)];
  a.forEach((v, i) => {
    expect(v, `${what}[${i}]`).toBeCloseTo(b[i]!, digits);
  });
}

describe.skipIf(device === null)('recurrent networks by cuDNN', () => {
  const cuda = device!;

  /** Names of the functions behind a variable. */
  const label = (y: Variable) => y.creator?.inputs[0]?.creator?.label ?? y.creator?.label;

  for (const [name, cell] of Object.entries(cells))
    for (const [layers, directions, steps, dtype] of [
      [1, 1, [2], float32],
      [2, 1, [3, 3, 2, 1], float64],
      [2, 2, [3, 2, 2], float32],
      [3, 2, [4, 4, 1], float64],
    ] as const)
      it(`${name}, ${layers} layers, ${directions} directions, steps of ${steps}: as composed of functions`, () => {
        const [ours, theirs] = [
          network(cell, layers, directions, steps, dtype),
          network(cell, layers, directions, steps, dtype, cuda),
        ];
        const [wanted, found] = [run(cell, layers, directions, ours), run(cell, layers, directions, theirs)];
        const digits = dtype === float64 ? 10 : 4;
        expect(found.hy.creator?.label).toContain('NStep');
        expect(found.hy.creator?.label).not.toContain('Stack');
        for (const [k, y] of [found.hy, found.cy, ...found.ys].entries())
          if (y !== null)
            expectClose(y.array, [wanted.hy, wanted.cy, ...wanted.ys][k]!.array, digits, `result ${k}`);
        lossOf(wanted).backward();
        lossOf(found).backward();
        theirs.all.forEach((x, k) => {
          expectClose(x.grad!, ours.all[k]!.grad!, digits - 1, `gradient ${k}`);
        });
        const rest = noBackpropMode(() => run(cell, layers, directions, theirs));
        expect(values(rest.hy.array)).toEqual(values(found.hy.array));
      });

  it('has gradients where only some results are used', () => {
    for (const only of ['ys', 'hy'] as const) {
      const [ours, theirs] = [
        network(lstmCell, 2, 1, [2, 1], float64),
        network(lstmCell, 2, 1, [2, 1], float64, cuda),
      ];
      lossOf(run(lstmCell, 2, 1, ours), only).backward();
      lossOf(run(lstmCell, 2, 1, theirs), only).backward();
      theirs.all.forEach((x, k) => {
        expectClose(x.grad!, ours.all[k]!.grad!, 10, `${only}, gradient ${k}`);
      });
    }
  });

  it('has gradients of gradients, and a gradient for the second time', () => {
    const second = ({ xs }: Network, loss: Variable) => {
      const [gx] = grad([loss], [xs[0]!], { enableDoubleBackprop: true });
      return grad([gx!.mul(gx!).sum()], [xs[1]!])[0]!.array;
    };
    const [ours, theirs] = [
      network(gruCell, 2, 2, [2, 2], float64),
      network(gruCell, 2, 2, [2, 2], float64, cuda),
    ];
    const [wanted, found] = [lossOf(run(gruCell, 2, 2, ours)), lossOf(run(gruCell, 2, 2, theirs))];
    expectClose(second(theirs, found), second(ours, wanted), 10, 'second gradient');
    found.backward({ retainGraph: true });
    const once = theirs.all.map((x) => x.grad!);
    for (const x of theirs.all) x.cleargrad();
    found.backward();
    theirs.all.forEach((x, k) => {
      expectClose(x.grad!, once[k]!, 10, `gradient ${k}`);
    });
  });

  it('drops between layers what is dropped elsewhere', () => {
    const [ours, theirs] = [
      network(lstmCell, 3, 1, [4, 2], float64),
      network(lstmCell, 3, 1, [4, 2], float64, cuda),
    ];
    random.seed(5);
    const wanted = run(lstmCell, 3, 1, ours, 0.4);
    random.seed(5);
    const found = run(lstmCell, 3, 1, theirs, 0.4);
    expectClose(found.hy.array, wanted.hy.array, 10, 'hy');
    expect(values(found.hy.array)).not.toEqual(values(run(lstmCell, 3, 1, theirs).hy.array));
    lossOf(wanted).backward();
    lossOf(found).backward();
    theirs.all.forEach((x, k) => {
      expectClose(x.grad!, ours.all[k]!.grad!, 9, `gradient ${k}`);
    });
  });

  it('is composed where steps are asked for, or sequences end before the first', () => {
    const args = network(lstmCell, 1, 1, [2, 1], float32, cuda);
    expect(label(run(lstmCell, 1, 1, args).ys[0]!)).toBe('NStepLSTM');
    const steps = usingConfig('debug', true, () => run(lstmCell, 1, 1, args).ys[0]!);
    expect(steps.creator?.inputs.length).toBe(3);
    const more = { ...args, xs: args.xs.slice(1) };
    expectClose(
      run(lstmCell, 1, 1, more).hy.array,
      composed(
        lstmCell,
        1,
        1,
        0,
        { packed: more.xs[0]!, hx: more.hx, cx: more.cx, ws: more.ws, bs: more.bs },
        [1],
      ).hy.array,
      5,
      'hy',
    );
  });
});
