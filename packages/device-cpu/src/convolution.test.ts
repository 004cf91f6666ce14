import { type ConvGeometry, type DType, float16, float32, float64, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, type LayoutName, outputs, pair } from './both.testing.ts';

interface Case {
  readonly image: readonly number[];
  readonly channels: readonly [number, number];
  readonly kernel: readonly number[];
  readonly stride?: number;
  readonly pad?: number;
  readonly dilate?: number;
  readonly groups?: number;
  /** Windows beyond what fits (Chainer's `coverAll`), or fewer. */
  readonly more?: number;
}

const cases: readonly Case[] = [
  { image: [9], channels: [3, 4], kernel: [3], pad: 1 },
  { image: [20], channels: [2, 4], kernel: [4], stride: 3, groups: 2 },
  { image: [8, 7], channels: [1, 5], kernel: [3, 3] },
  { image: [8, 7], channels: [3, 16], kernel: [3, 2], stride: 2, pad: 1 },
  { image: [9, 9], channels: [4, 6], kernel: [3, 3], dilate: 2, pad: 2, groups: 2 },
  { image: [6, 6], channels: [8, 8], kernel: [3, 3], pad: 1, groups: 8 },
  { image: [7, 7], channels: [32, 32], kernel: [1, 1] },
  { image: [6, 6], channels: [3, 2], kernel: [3, 3], stride: 2 },
  { image: [6, 6], channels: [3, 2], kernel: [3, 3], stride: 2, more: 1 },
  { image: [8, 8], channels: [3, 2], kernel: [2, 2], stride: 2, more: -1 },
  { image: [5, 6, 4], channels: [2, 3], kernel: [2, 3, 2], stride: 2, pad: 1 },
];

function geometry(c: Case): { g: ConvGeometry; out: number[] } {
  const nd = c.image.length;
  const repeat = (v: number) => new Array<number>(nd).fill(v);
  const stride = repeat(c.stride ?? 1);
  const pad = repeat(c.pad ?? 0);
  const dilate = repeat(c.dilate ?? 1);
  const out = c.image.map(
    (n, i) =>
      Math.floor((n + 2 * pad[i]! - dilate[i]! * (c.kernel[i]! - 1) - 1) / stride[i]!) + 1 + (c.more ?? 0),
  );
  return { g: { stride, pad, dilate, groups: c.groups ?? 1 }, out };
}

function check(c: Case, d: DType, layout: LayoutName): void {
  const { g, out } = geometry(c);
  const [C, O] = c.channels;
  const random = generator(c.image[0]! + C);
  const value = () => random() - 0.5;
  const tolerance = d === float64 ? 1e-13 : d === float32 ? 5e-5 : 3e-2;
  const x = pair(d, [2, C, ...c.image], value, layout);
  const W = pair(d, [O, C / g.groups, ...c.kernel], value, layout);
  const gy = pair(d, [2, O, ...out], value, layout);
  const results: Record<string, ReturnType<typeof outputs>> = {
    y: outputs(d, gy[0].shape, layout),
    'y without bias': outputs(d, gy[0].shape),
    gx: outputs(d, x[0].shape, layout),
    'gx with bias': outputs(d, x[0].shape),
    gW: outputs(d, W[0].shape, layout),
    'gW beside gb': outputs(d, W[0].shape),
    gb: outputs(d, [O], layout === 'transposed' ? 'every other' : layout),
  };
  const b = pair(d, [O], value);
  const bx = pair(d, [C], value);
  [js, cpu].forEach((device, k) => {
    const { convolution, convolutionData, convolutionWeight } = device.kernels;
    convolution(x[k]!, W[k]!, b[k]!, results.y![k]!, g);
    convolution(x[k]!, W[k]!, null, results['y without bias']![k]!, g);
    convolutionData(gy[k]!, W[k]!, null, results.gx![k]!, g);
    convolutionData(gy[k]!, W[k]!, bx[k]!, results['gx with bias']![k]!, g);
    convolutionWeight(x[k]!, gy[k]!, results.gW![k]!, null, g);
    convolutionWeight(x[k]!, gy[k]!, results['gW beside gb']![k]!, results.gb![k]!, g);
  });
  for (const [name, result] of Object.entries(results)) {
    expect(
      difference(result, 100, tolerance),
      `${name} of ${JSON.stringify(c)} ${d.name} ${layout}`,
    ).toBeNull();
  }
}

describe('convolution and its gradients agree with js', () => {
  for (const c of cases) {
    it(JSON.stringify(c), () => {
      check(c, float32, 'dense');
      check(c, float32, 'dense'); // the primitives made before
      check(c, float32, 'transposed');
      check(c, float16, 'reversed');
      check(c, float64, 'dense');
    });
  }

  it('of nothing', () => {
    const g = { stride: [1], pad: [0], dilate: [1], groups: 1 };
    const y = outputs(float32, [0, 4, 3]);
    cpu.kernels.convolution(
      pair(float32, [0, 2, 5], () => 0)[1],
      pair(float32, [4, 2, 3], () => 1)[1],
      null,
      y[1],
      g,
    );
    const gW = pair(float32, [4, 2, 3], () => 7);
    cpu.kernels.convolutionWeight(pair(float32, [0, 2, 5], () => 0)[1], y[1], gW[1], null, g);
    expect(Array.from(gW[1].storage.view(float32) as Float32Array)).toEqual(new Array(24).fill(0));
  });
});
