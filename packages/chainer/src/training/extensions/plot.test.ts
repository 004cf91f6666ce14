import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { plot } from './plot.ts';

/** Width, height and pixels (RGBA rows with their filter byte undone) of a PNG without interlacing. */
function decode(png: Uint8Array): {
  width: number;
  height: number;
  pixel: (x: number, y: number) => number[];
} {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  expect([png[24], png[25]]).toEqual([8, 6]);
  const chunks: Uint8Array[] = [];
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) === 'IDAT')
      chunks.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(chunks));
  const stride = 4 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] as number;
    for (let i = 0; i < stride; i++) {
      const a = i < 4 ? 0 : (pixels[y * stride + i - 4] as number);
      const b = y === 0 ? 0 : (pixels[(y - 1) * stride + i] as number);
      const c = i < 4 || y === 0 ? 0 : (pixels[(y - 1) * stride + i - 4] as number);
      const p = a + b - c;
      const near = [a, b, c].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best), a);
      const predicted = [0, a, b, (a + b) >> 1, near][filter] as number;
      pixels[y * stride + i] = (raw[y * (stride + 1) + 1 + i] as number) + predicted;
    }
  }
  return {
    width,
    height,
    pixel: (x, y) => [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)],
  };
}

const chart = {
  xLabel: 'epoch',
  panels: [
    {
      series: [
        {
          name: 'main/loss',
          points: [
            [1, 2],
            [2, 1],
            [3, Number.NaN],
            [4, 0.5],
          ],
        },
        {
          name: 'validation/main/loss',
          points: [
            [1, 1.5],
            [4, 0.7],
          ],
        },
      ],
    },
  ],
  marker: 'x',
  grid: true,
} as const;

test('PNG: both curves are drawn in their colours, on white, and text with the font that comes along', async () => {
  const { width, height, pixel } = decode((await plot({ ...chart, format: 'png' })) as Uint8Array);
  expect([width, height]).toEqual([800, 500]);
  const counts = new Map<string, number>();
  let text = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r = 0, g = 0, b = 0] = pixel(x, y);
      counts.set(`${r},${g},${b}`, (counts.get(`${r},${g},${b}`) ?? 0) + 1);
      // The name of the x axis stands at the bottom, where nothing else is dark.
      if (y > height - 25 && r < 100 && g < 100 && b < 100) text++;
    }
  }
  expect(counts.get('255,255,255')).toBeGreaterThan(300_000);
  expect(counts.get('31,119,180')).toBeGreaterThan(200);
  expect(counts.get('255,127,14')).toBeGreaterThan(200);
  expect(text).toBeGreaterThan(50);
}, 60_000);

test('SVG: names of curves and axis are in it, and what is no number leaves a gap', async () => {
  const svg = (await plot({ ...chart, format: 'svg' })) as string;
  for (const name of ['main/loss', 'validation/main/loss', 'epoch']) expect(svg).toContain(`>${name}</text>`);
  expect(svg).not.toContain('NaN');
});
