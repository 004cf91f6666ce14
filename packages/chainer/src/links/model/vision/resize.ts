/** The weights with which one line of pixels makes another: for each new pixel the first old one, and a weight for each from there. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Int32Array[];
}

/** Weights are whole numbers of 2⁻²², as Pillow has them, so that results are the same bytes. */
const one = 2 ** 22;

/** Keys' cubic with a = -1/2. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  // Where pixels are lost, the filter is as wide as what falls together.
  const width = Math.max(scale, 1);
  const support = 2 * width;
  const first = new Int32Array(to);
  const weights: Int32Array[] = [];
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const real = Array.from({ length: end - start }, (_, k) => cubic((k + start - centre + 0.5) / width));
    const sum = real.reduce((a, b) => a + b, 0);
    first[i] = start;
    weights.push(Int32Array.from(real, (w) => Math.trunc((w / sum) * one + (w < 0 ? -0.5 : 0.5))));
  }
  return { first, weights };
}

/** Resizes along one axis: `outer` lines of `from` pixels, each `inner` bytes wide. */
function along(x: Uint8Array, outer: number, from: number, to: number, inner: number): Uint8Array {
  if (from === to) return x;
  const { first, weights } = taps(from, to);
  const y = new Uint8ClampedArray(outer * to * inner);
  for (let line = 0; line < outer; line++) {
    for (let i = 0; i < to; i++) {
      const w = weights[i] as Int32Array;
      for (let c = 0; c < inner; c++) {
        let at = (line * from + (first[i] as number)) * inner + c;
        let sum = one / 2;
        for (let k = 0; k < w.length; k++, at += inner) sum += (x[at] as number) * (w[k] as number);
        y[(line * to + i) * inner + c] = Math.floor(sum / one);
      }
    }
  }
  return new Uint8Array(y.buffer);
}

/**
 * Resizes an image by bicubic interpolation, to the same bytes as Pillow's `Image.resize`.
 *
 * @param pixels bytes `[height, width, channels]`
 */
export function resizeBicubic(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  [newHeight, newWidth]: readonly [number, number],
): Uint8Array {
  const wide = along(pixels, height, width, newWidth, channels);
  return along(wide, 1, height, newHeight, newWidth * channels);
}
