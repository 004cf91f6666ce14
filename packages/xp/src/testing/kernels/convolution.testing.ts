import { describe, expect, it } from 'vitest';
import { type ConvGeometry, type DType, float16, float32, float64, sizeOf } from '../../internal.ts';
import { byPrecision, generator, type LayoutName, type Sides } from './sides.testing.ts';

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
  { image: [7, 7], channels: [70, 66], kernel: [1, 1] },
  { image: [6, 6], channels: [3, 2], kernel: [3, 3], stride: 2 },
  { image: [6, 6], channels: [3, 2], kernel: [3, 3], stride: 2, more: 1 },
  { image: [8, 8], channels: [3, 2], kernel: [2, 2], stride: 2, more: -1 },
  { image: [20, 21], channels: [64, 65], kernel: [3, 3], pad: 1 },
  { image: [5, 6, 4], channels: [2, 3], kernel: [2, 3, 2], stride: 2, pad: 1 },
];

function geometry(c: Case): { g: ConvGeometry; out: number[] } {
  const repeat = (v: number) => new Array<number>(c.image.length).fill(v);
  const g = {
    stride: repeat(c.stride ?? 1),
    pad: repeat(c.pad ?? 0),
    dilate: repeat(c.dilate ?? 1),
    groups: c.groups ?? 1,
  };
  const out = c.image.map((n, i) => {
    const room = n + 2 * g.pad[i]! - g.dilate[i]! * (c.kernel[i]! - 1) - 1;
    return Math.floor(room / g.stride[i]!) + 1 + (c.more ?? 0);
  });
  return { g, out };
}

/** `convolution`, `convolutionData` and `convolutionWeight`. */
export function convolutionTests({
  device,
  wide,
  slow,
  both,
  pair,
  outputs,
  difference,
  values,
}: Sides): void {
  async function check(c: Case, d: DType, layout: LayoutName): Promise<void> {
    const { g, out } = geometry(c);
    const [C, O] = c.channels;
    const random = generator(c.image[0]! + C);
    const value = () => random() - 0.5;
    const x = pair(d, [2, C, ...c.image], value, layout);
    const W = pair(d, [O, C / g.groups, ...c.kernel], value, layout);
    const gy = pair(d, [2, O, ...out], value, layout);
    const results = {
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
    both((device, k) => {
      const { convolution, convolutionData, convolutionWeight } = device.kernels;
      convolution(x[k], W[k], b[k], results.y[k], g);
      convolution(x[k], W[k], null, results['y without bias'][k], g);
      convolutionData(gy[k], W[k], null, results.gx[k], g);
      convolutionData(gy[k], W[k], bx[k], results['gx with bias'][k], g);
      convolutionWeight(x[k], gy[k], results.gW[k], null, g);
      convolutionWeight(x[k], gy[k], results['gW beside gb'][k], results.gb[k], g);
    });
    // What is read by waiting (webgpu) has its own bound.
    const sure = device.synchronous ? 5e-5 : 6e-5;
    for (const [name, result] of Object.entries(results)) {
      const text = `${name} of ${JSON.stringify(c)} ${d.name} ${layout}`;
      expect(await difference(result, 100, byPrecision(d, 3e-2, sure, 1e-13)), text).toBeNull();
    }
  }

  describe('convolution and its gradients', () => {
    for (const c of cases) {
      it(JSON.stringify(c), async () => {
        const large = sizeOf(c.image) * c.channels[0] > 10_000;
        await check(c, float32, 'dense');
        await check(c, float32, 'dense'); // what was made for the first call
        await check(c, float32, 'transposed');
        if (!large && (!slow || c.channels[0] < 4)) await check(c, float16, 'reversed');
        if (!large && wide) await check(c, float64, 'dense');
      });
    }

    it('of nothing', async () => {
      const g = { stride: [1], pad: [0], dilate: [1], groups: 1 };
      const x = pair(float32, [0, 2, 5], () => 0);
      const y = outputs(float32, [0, 4, 3]);
      const gW = pair(float32, [4, 2, 3], () => 7);
      both((device, k) => {
        device.kernels.convolution(x[k], gW[k], null, y[k], g);
        device.kernels.convolutionWeight(x[k], y[k], gW[k], null, g);
      });
      expect(await values(gW[1])).toEqual(new Array(24).fill(0));
    });
  });
}
