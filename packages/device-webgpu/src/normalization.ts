import { float32, type Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { floating } from './pooling.ts';
import { stored } from './wgsl/types.ts';

/** Threads that share a channel at most. */
const lanes = 256;
/** Values that one thread adds up before it adds them to the others: sums of few values lose few digits. */
const run = 64;

/** Elements of a channel stand in `outer` runs of `inner`, every `channels * inner`. */
interface Layout {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** The array seen so that the kept axes are neighbours. */
function gathered(x: NdArray, axes: readonly number[]): { view: NdArray; layout: Layout } {
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const together = axes.every((a, k) => k === 0 || a === axes[k - 1]! + 1);
  const size = (which: readonly number[]) => which.reduce((n, a) => n * x.shape[a]!, 1);
  if (together) {
    const first = axes[0] ?? x.ndim;
    return {
      view: x,
      layout: {
        outer: size(others.filter((a) => a < first)),
        channels: size(axes),
        inner: size(others.filter((a) => a > first)),
      },
    };
  }
  const order = [...axes, ...others];
  const view = new NdArray(
    x.storage,
    x.dtype,
    order.map((a) => x.shape[a]!),
    order.map((a) => x.steps[a]!),
    x.offset,
  );
  return { view, layout: { outer: 1, channels: size(axes), inner: size(others) } };
}

const fields = ['channels: i32', 'inner: i32', 'm: i32'];
const float = (k: number, at: string) => `bitcast<f32>(b${k}[${at}])`;
const at = 'let at = ((t / p.inner) * p.channels + c) * p.inner + t % p.inner;';

/** Adds up `value` over a channel. */
const sumOver = (team: number, names: readonly string[], body: string) => `
${names.map((n) => `var ${n} = 0f;`).join(' ')}
for (var start = lane; start < p.m; start += ${team * run}i) {
  ${names.map((n) => `var part_${n} = 0f;`).join(' ')}
  for (var t = start; t < min(p.m, start + ${team * run}i); t += ${team}i) { ${at} ${body} }
  ${names.map((n) => `${n} += part_${n};`).join(' ')}
}
${names
  .map(
    (n) => `workgroupBarrier();
shared_[lane] = ${n};
for (var s = ${team / 2}i; s > 0i; s = s / 2i) {
  workgroupBarrier();
  if (lane < s) { shared_[lane] += shared_[lane + s]; }
}
workgroupBarrier();
${n} = shared_[0];`,
  )
  .join('\n')}`;

/** Mean, variance and inverse deviation of each channel. */
const statistics = (team: number): KernelText => ({
  access: 'rwww',
  fields: [...fields, 'oa: i32', 'ob: i32', 'oc: i32', 'od: i32', 'eps: f32'],
  size: team,
  declarations: `var<workgroup> shared_: array<f32, ${team}>;`,
  body: `let c = group;
if (c >= p.channels) { return; }
${sumOver(team, ['sum'], `part_sum += ${float(0, 'p.oa + at')};`)}
let mean = sum / f32(p.m);
${sumOver(team, ['squares'], `let d = ${float(0, 'p.oa + at')} - mean; part_squares += d * d;`)}
if (lane == 0i) {
  let variance = squares / f32(p.m);
  b1[p.ob + c] = bitcast<u32>(mean);
  b2[p.oc + c] = bitcast<u32>(variance);
  b3[p.od + c] = bitcast<u32>(1f / sqrt(variance + p.eps));
}`,
});

/** Sums of the gradients, and of their products with the normalized elements. */
const sums = (team: number): KernelText => ({
  access: 'rrrrww',
  fields: [...fields, ...['oa', 'ob', 'oc', 'od', 'oe', 'ol'].map((o) => `${o}: i32`)],
  size: team,
  declarations: `var<workgroup> shared_: array<f32, ${team}>;`,
  body: `let c = group;
if (c >= p.channels) { return; }
let mean = ${float(2, 'p.oc + c')};
${sumOver(
  team,
  ['sum', 'dots'],
  `let g = ${float(1, 'p.ob + at')}; part_sum += g; part_dots += (${float(0, 'p.oa + at')} - mean) * g;`,
)}
if (lane == 0i) {
  b4[p.oe + c] = bitcast<u32>(dots * ${float(3, 'p.od + c')});
  b5[p.ol + c] = bitcast<u32>(sum);
}`,
});

/** Batch normalization and its gradients: statistics by a workgroup for each channel, then every element by itself. */
export function normalizationKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'batchNormalization' | 'fixedBatchNormalization' | 'batchNormalizationGrad'> {
  const channel = 'let c = (id / p.inner) % p.channels;';

  /** Reads the elements in the order of `layout`, and its stand-in if there is one. */
  const whole = (dense: Dense, x: NdArray, axes: readonly number[], out: boolean) => {
    const { view } = gathered(x, axes);
    return out ? dense.output(view, floating(x.dtype)) : dense.input(view, floating(x.dtype));
  };

  /**
   * `y = gamma (x - mean) / deviation + beta`.
   *
   * @param arrays y, x, gamma, beta, mean, and the inverse deviation; or, with `eps`, the variance.
   */
  function transform(
    arrays: readonly NdArray[],
    n: number,
    { channels, inner }: Pick<Layout, 'channels' | 'inner'>,
    eps: number | null,
  ): void {
    if (n === 0) return;
    const { dtype } = arrays[0]!;
    const spread = float(5, 'p.ol + c');
    const kernel = ctx.kernels.get(`batchNormalization;${dtype.name};${eps !== null}`, () => ({
      access: 'wrrrrr',
      fields: [
        'n: i32',
        ...fields,
        ...['oa', 'ob', 'oc', 'od', 'oe', 'ol'].map((o) => `${o}: i32`),
        'eps: f32',
      ],
      size: 64,
      body: `if (id >= p.n) { return; }
${channel}
let scale = ${float(2, 'p.oc + c')} * ${eps === null ? spread : `(1f / sqrt(${spread} + p.eps))`};
let value = (${float(1, 'p.ob + id')} - ${float(4, 'p.oe + c')}) * scale + ${float(3, 'p.od + c')};
b0[p.oa + id] = bitcast<u32>(${stored(dtype, 'value')});`,
    }));
    const params = [n, channels, inner, n / channels, ...arrays.map((a) => a.offset), eps ?? 0];
    kernel.runOver(n, arrays.map(blockOf), params);
  }

  return {
    batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps) {
      const { channels, inner } = gathered(x, axes).layout;
      if (channels === 0) return;
      const m = x.size / channels;
      const dense = new Dense(copy);
      const out = whole(dense, y, axes, true);
      const kept = [mean, variance, invStd].map((s) => dense.output(s, float32));
      const from = whole(dense, x, axes, false);
      ctx.kernels
        .get(`batchNormalization;statistics;${ctx.gpu.team(lanes)}`, () => statistics(ctx.gpu.team(lanes)))
        .run(
          [from, ...kept].map(blockOf),
          [channels, inner, m, ...[from, ...kept].map((a) => a.offset), eps],
          channels,
        );
      const weights = [dense.input(gamma, floating(gamma.dtype)), dense.input(beta, floating(beta.dtype))];
      // The statistics were written by the kernel before and are only read now.
      transform([out, from, ...weights, kept[0]!, kept[2]!], x.size, { channels, inner }, null);
      dense.finish();
    },

    fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps) {
      const { channels, inner } = gathered(x, axes).layout;
      if (channels === 0) return;
      const dense = new Dense(copy);
      const out = whole(dense, y, axes, true);
      const from = whole(dense, x, axes, false);
      const given = [gamma, beta, mean, variance].map((s) => dense.input(s, floating(s.dtype)));
      transform([out, from, ...given], x.size, { channels, inner }, eps);
      dense.finish();
    },

    batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes) {
      const { channels, inner } = gathered(x, axes).layout;
      if (channels === 0) return;
      const m = x.size / channels;
      const dense = new Dense(copy);
      const out = whole(dense, gx, axes, true);
      const results = [dense.output(ggamma, float32), dense.output(gbeta, float32)];
      const from = whole(dense, x, axes, false);
      const grads = whole(dense, gy, axes, false);
      const weight = dense.input(gamma, floating(gamma.dtype));
      const mu = dense.input(mean, floating(mean.dtype));
      const inv = dense.input(invStd, floating(invStd.dtype));
      const first = [from, grads, mu, inv, ...results];
      ctx.kernels
        .get(`batchNormalizationGrad;sums;${ctx.gpu.team(lanes)}`, () => sums(ctx.gpu.team(lanes)))
        .run(first.map(blockOf), [channels, inner, m, ...first.map((a) => a.offset)], channels);
      if (x.size > 0) {
        const arrays = [out, from, grads, weight, mu, inv, ...results];
        ctx.kernels
          .get(`batchNormalizationGrad;${out.dtype.name}`, () => ({
            access: 'wrrrrrrr',
            fields: [
              'n: i32',
              ...fields,
              ...['oa', 'ob', 'oc', 'od', 'oe', 'ol', 'og', 'oh'].map((o) => `${o}: i32`),
            ],
            size: 64,
            body: `if (id >= p.n) { return; }
${channel}
let inv = ${float(5, 'p.ol + c')};
let xhat = (${float(1, 'p.ob + id')} - ${float(4, 'p.oe + c')}) * inv;
let mean = (${float(7, 'p.oh + c')} + xhat * ${float(6, 'p.og + c')}) / f32(p.m);
let value = ${float(3, 'p.od + c')} * inv * (${float(2, 'p.oc + id')} - mean);
b0[p.oa + id] = bitcast<u32>(${stored(out.dtype, 'value')});`,
          }))
          .runOver(x.size, arrays.map(blockOf), [x.size, channels, inner, m, ...arrays.map((a) => a.offset)]);
      }
      dense.finish();
    },
  };
}
