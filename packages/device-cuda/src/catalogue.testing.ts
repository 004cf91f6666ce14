import { apply, coord, type Expr, fold, input, lift, ReductionKernel, type ReductionSpec } from '@chainer/xp';
import {
  bool,
  type DType,
  DTypeError,
  dtypes,
  float16,
  float32,
  float64,
  type InputSpec,
  int32,
  int64,
  type NdArray,
  type OpName,
  opOf,
  ops,
  type Program,
  realType,
  specialize,
} from '@chainer/xp/internal';
import type { Writing } from './texts.testing.ts';

/** What the library asks of the device, by family, over dtypes and layouts: every call writes the kernels that it needs. */
export type Ask = (device: Writing) => void;

type Layout = 'plain' | 'strided';
const layouts: readonly Layout[] = ['plain', 'strided'];
const floats = dtypes.filter((d) => d.kind === 'f');
const linear = dtypes.filter((d) => ['float32', 'float64', 'complex64', 'complex128'].includes(d.name));

const spec = (dtype: DType, kind: InputSpec['kind'] = 'array', ndim = 1): InputSpec => ({
  kind,
  dtype,
  as: dtype,
  ndim,
});

/** The program of an expression, or null where the language has none for these operands. */
export function programOf(
  name: string,
  exprs: readonly Expr[],
  inputs: readonly InputSpec[],
  to: DType | null = null,
): Program | null {
  try {
    return specialize(
      name,
      exprs,
      inputs,
      exprs.map(() => to),
    );
  } catch (error) {
    if (error instanceof DTypeError) return null;
    throw error;
  }
}

/** The program of one operation over arrays of a dtype. */
export function operationOf(op: OpName, d: DType): Program | null {
  const { arity, rule } = opOf(op);
  const list = Array.from({ length: arity }, (_, k) => k);
  const types = list.map((k) =>
    rule === 'select' && k === 0 ? bool : rule === 'scale' && k === 1 ? int32 : d,
  );
  return programOf(
    op,
    [apply(op, ...list.map((k) => input(k)))],
    types.map((t) => spec(t)),
  );
}

/** Runs a program over arrays of a shape. */
function run(
  device: Writing,
  program: Program | null,
  shape: readonly number[],
  layout: Layout = 'plain',
): void {
  if (program === null) return;
  const inputs = program.inputs.map((i) =>
    i.kind === 'scalar' ? 1 : device.array(shape, i.dtype, i.kind === 'raw' ? 'plain' : layout),
  );
  const outputs = program.outputs.map((o) => device.array(shape, o.dtype, layout));
  device.kernels.elementwise(program, inputs, outputs, shape);
}

const reductions: Readonly<Record<string, ReductionSpec>> = {
  sum: { reduce: (a, b) => a.add(b), identity: 0 },
  prod: { reduce: (a, b) => a.mul(b), identity: 1 },
  max: { reduce: (a, b) => a.max(b), identity: 0 },
  min: { reduce: (a, b) => a.min(b), identity: 0 },
  all: { map: (x) => x.ne(0), reduce: (a, b) => a.and(b), identity: true },
  any: { map: (x) => x.ne(0), reduce: (a, b) => a.or(b), identity: false },
  norm: { map: (x) => x.mul(x), reduce: (a, b) => a.add(b), post: (a, n) => a.div(n).sqrt(), identity: 0 },
  ordered: { reduce: (a, b) => a.mul(0.5).add(b), identity: 0 },
};

/** Every family, and what is asked of it. */
export const catalogue: Readonly<Record<string, Ask>> = {
  operations(device) {
    for (const d of dtypes)
      for (const op of Object.keys(ops) as OpName[]) run(device, operationOf(op, d), [64]);
  },
  layouts(device) {
    const x = input(0);
    const y = input(1);
    for (const d of dtypes) {
      for (const layout of layouts) {
        run(device, programOf('sum', [apply('add', x, y)], [spec(d), spec(d)]), [4, 6], layout);
        run(device, programOf('scaled', [x.mul(y)], [spec(d), spec(d, 'scalar')]), [4, 6], layout);
        run(device, programOf('raw', [x.at(coord(0))], [spec(d, 'raw', 1)]), [6], layout);
        run(device, programOf('raws', [x.at(coord(1), coord(0))], [spec(d, 'raw', 2)]), [4, 4], layout);
      }
      const loop = fold(lift(3), [input(0)], ([acc], i) => [apply('add', acc as Expr, i)]);
      run(device, programOf('loop', loop, [spec(d)]), [5]);
      const double = programOf('double', [x.add(x)], [spec(d)]);
      if (double !== null) {
        const calls = [7, 8, 300].map((n) => ({
          inputs: [device.array([n], d)],
          outputs: [device.array([n], d)],
          shape: [n],
        }));
        device.kernels.elementwiseMany(double, calls);
      }
      device.kernels.fill(device.array([5], d), 1);
    }
  },
  casts(device) {
    for (const from of dtypes)
      for (const to of dtypes)
        for (const layout of layouts)
          device.kernels.copy(device.array([3, 8], from, layout), device.array([3, 8], to));
  },
  reduce(device) {
    for (const d of dtypes)
      for (const [name, reduction] of Object.entries(reductions))
        for (const [shape, axis] of [
          [[3, 8], 1],
          [[3, 100], 1],
          [[3, 4000], 1],
          [[2, 40000], 1],
          [[20, 64], 0],
          [[40000, 64], 0],
        ] as const) {
          try {
            new ReductionKernel(name, 1, reduction).call([device.array(shape, d)], { axis });
          } catch (error) {
            if (!(error instanceof DTypeError)) throw error;
          }
        }
  },
  lines(device) {
    for (const d of dtypes)
      for (const n of [10, 100, 40000]) {
        const x = device.array([3, n], d);
        for (const op of ['max', 'min'] as const)
          device.kernels.argreduce(op, x, device.array([3], int32), 1);
        for (const op of ['add', 'multiply', 'maximum', 'minimum'] as const)
          device.kernels.scan(op, x, device.array([3, n], d), 1);
      }
  },
  sort(device) {
    for (const d of dtypes)
      for (const n of [10, 3000]) {
        device.kernels.sort(device.array([3, n], d), device.array([3, n], d), 1);
        device.kernels.argsort(device.array([3, n], d), device.array([3, n], int32), 1);
      }
  },
  indexing(device) {
    for (const d of dtypes)
      for (const width of [3, 16]) {
        const x = device.array([5, width], d);
        const rows = device.array([4, width], d);
        for (const indices of [int32, int64]) device.kernels.gather(x, device.array([4], indices), 0, rows);
        for (const mode of ['set', 'add', 'max', 'min'] as const)
          device.kernels.scatter(x, device.array([4], int32), 0, rows, mode);
      }
  },
  nonzero(device) {
    for (const d of dtypes) device.kernels.nonzero(device.array([9], d));
  },
  random(device) {
    for (const d of floats)
      for (const kind of ['uniform', 'normal'] as const)
        device.kernels.random(kind, device.array([9], d), { key0: 1, key1: 2, offset: 0 });
    for (const d of dtypes.filter((e) => e.name === 'uint32'))
      device.kernels.random('bits', device.array([9], d), { key0: 1, key1: 2, offset: 0 });
  },
  softmax(device) {
    for (const d of floats)
      for (const log of [false, true])
        for (const [shape, axis] of [
          [[3, 3], 1],
          [[3, 100], 1],
          [[3, 512], 1],
          [[3, 4096], 1],
          [[3, 50001], 1],
          [[3, 5], 0],
        ] as const) {
          const x = device.array(shape, d);
          device.kernels.softmax(x, device.array(shape, d), axis, log);
          device.kernels.softmaxGrad(x, x, device.array(shape, d), axis, log);
          if (log) continue;
          const rest = shape.filter((_, i) => i !== axis);
          device.kernels.softmaxStatistics(x, device.array(rest, d), device.array(rest, d), axis);
        }
  },
  matmul(device) {
    for (const d of dtypes)
      for (const [m, k, n] of [
        [5, 6, 7],
        [200, 8, 200],
        [2000, 8, 2000],
        [64, 5000, 64],
      ] as const)
        for (const biased of [false, true]) {
          const a = device.array([m, k], d);
          device.kernels.matmul(
            a,
            device.array([k, n], d),
            device.array([m, n], d),
            biased ? device.array([n], d) : null,
          );
          device.kernels.matmul(a, turned(device.array([n, k], d)), device.array([m, n], d), null);
          if (m === 200)
            device.kernels.matmul(
              turned(device.array([k, m], d)),
              device.array([k, n], d),
              device.array([m, n], d),
              null,
            );
        }
    device.kernels.matmul(
      device.array([2, 3, 4], float32),
      device.array([2, 4, 5], float32),
      device.array([2, 3, 5], float32),
      null,
    );
  },
  convolution(device) {
    for (const d of floats)
      for (const axes of [0, 1, 2, 3])
        for (const [kernel, stride] of [
          [1, 1],
          [3, 1],
          [3, 2],
        ] as const)
          for (const groups of [1, 2]) {
            const spatial = (n: number) => new Array<number>(axes).fill(n);
            const g = { stride: spatial(stride), pad: spatial(1), dilate: spatial(1), groups };
            const out = Math.floor((9 + 2 - kernel) / stride) + 1;
            const x = device.array([2, 4, ...spatial(9)], d);
            const W = device.array([6, 4 / groups, ...spatial(kernel)], d);
            const y = device.array([2, 6, ...spatial(out)], d);
            const [b, c] = [device.array([6], d), device.array([4], d)];
            for (const biased of [false, true]) {
              device.kernels.convolution(x, W, biased ? b : null, y, g);
              device.kernels.convolutionData(y, W, biased ? c : null, x, g);
              device.kernels.convolutionWeight(x, y, W, biased ? b : null, g);
            }
          }
  },
  pooling(device) {
    for (const d of floats)
      for (const axes of [1, 2, 3]) {
        const spatial = (n: number) => new Array<number>(axes).fill(n);
        const g = { ksize: spatial(3), stride: spatial(2), pad: spatial(1) };
        const x = device.array([2, 3, ...spatial(9)], d);
        const y = device.array([2, 3, ...spatial(5)], d);
        const indices = device.array(y.shape, int32);
        device.kernels.maxPooling(x, y, indices, g);
        device.kernels.maxPoolingGrad(y, indices, x, g);
        device.kernels.maxPoolingPick(x, indices, y, g);
        for (const divisor of ['window', 'inside'] as const) {
          device.kernels.averagePooling(x, y, g, divisor);
          device.kernels.averagePoolingGrad(y, x, g, divisor);
        }
        const col = device.array([2, 3, ...spatial(3), ...spatial(5)], d);
        device.kernels.im2col(x, col, { ...g, dilate: spatial(1) });
        device.kernels.col2im(col, x, { ...g, dilate: spatial(1) });
      }
  },
  normalization(device) {
    for (const d of floats)
      for (const of of d === float16 ? [float16, float32] : [d])
        for (const shape of [
          [4, 5, 6],
          [64, 40],
          [4, 5, 3000],
        ] as const) {
          const x = device.array(shape, d);
          const kept = () => device.array([shape[1]], of);
          device.kernels.batchNormalization(
            x,
            kept(),
            kept(),
            device.array(shape, d),
            kept(),
            kept(),
            kept(),
            [1],
            1e-5,
          );
          device.kernels.fixedBatchNormalization(
            x,
            kept(),
            kept(),
            kept(),
            kept(),
            device.array(shape, d),
            [1],
            1e-5,
          );
          device.kernels.batchNormalizationGrad(
            x,
            kept(),
            kept(),
            kept(),
            x,
            device.array(shape, d),
            kept(),
            kept(),
            [1],
          );
        }
  },
  groups(device) {
    for (const d of floats)
      for (const [shape, groups] of [
        [[3, 100], 1],
        [[2, 8, 5, 5], 4],
      ] as const) {
        const [x, y] = [device.array(shape, d), device.array(shape, d)];
        const [n, c] = shape;
        const statistics = [device.array([n, groups], d), device.array([n, groups], d)] as const;
        const [gamma, beta] = [device.array([c], d), device.array([c], d)];
        device.kernels.groupNormalization(x, gamma, beta, y, ...statistics, 1e-5);
        device.kernels.groupNormalizationGrad(x, gamma, ...statistics, x, y, gamma, beta);
      }
  },
  linalg(device) {
    for (const d of linear) {
      const a = () => device.array([2, 4, 4], d);
      const { kernels } = device;
      const pivots = device.array([2, 4], int32);
      kernels.lu(a(), pivots);
      kernels.luSolve(a(), pivots, device.array([2, 4, 3], d));
      for (const lower of [false, true])
        for (const unit of [false, true])
          for (const op of ['none', 'transpose', 'adjoint'] as const)
            kernels.triangularSolve(a(), device.array([2, 4, 3], d), { lower, unit, op });
      kernels.cholesky(a(), device.array([2], int32));
      kernels.qr(device.array([2, 5, 4], d), device.array([2, 5, 4], d), a());
      for (const [m, n] of [
        [5, 4],
        [4, 5],
      ] as const)
        kernels.svd(
          device.array([2, m, n], d),
          device.array([2, m, 4], d),
          device.array([2, 4], realType(d)),
          device.array([2, 4, n], d),
        );
      kernels.eigh(a(), device.array([2, 4], realType(d)));
      if (d.kind !== 'c') continue;
      for (const v of [null, a()]) kernels.eig(a(), device.array([2, 4], d), v, device.array([2], int32));
    }
  },
  fft(device) {
    for (const d of [float32, float64])
      for (const n of [12, 67])
        for (const [real, back] of [
          [false, false],
          [true, false],
          [false, true],
        ]) {
          const im = real ? null : device.array([3, n], d);
          const out = back ? null : device.array([3, n], d);
          device.kernels.fft(device.array([3, n], d), im, device.array([3, n], d), out, {
            axis: 1,
            n,
            inverse: false,
            scale: 1,
          });
        }
  },
};

function turned(x: NdArray): NdArray {
  return new (x.constructor as typeof NdArray)(
    x.storage,
    x.dtype,
    [x.shape[1]!, x.shape[0]!],
    [x.steps[1]!, x.steps[0]!],
    x.offset,
  );
}
