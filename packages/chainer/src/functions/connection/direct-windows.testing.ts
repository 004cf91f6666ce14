import { array, type NdArray } from '@chainer/xp';

/** How windows lie, one number per spatial axis. */
export interface DirectWindows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilate: readonly number[];
}

/** All index lists below `shape`, in C order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (lists, d) => lists.flatMap((list) => Array.from({ length: d }, (_, i) => [...list, i])),
    [[]],
  );
}

const offset = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((at, i, axis) => at * (shape[axis] as number) + i, 0);

/** A dense array that is read and written place by place. */
export class Places {
  readonly shape: readonly number[];
  readonly values: Float64Array;

  constructor(shape: readonly number[], values?: Float64Array) {
    this.shape = shape;
    this.values = values ?? new Float64Array(shape.reduce((a, d) => a * d, 1));
  }

  static of(x: NdArray): Places {
    return new Places(x.shape, x.astype('float64').dataSync() as Float64Array);
  }

  at(...index: readonly number[]): number {
    return this.values[offset(index, this.shape)] as number;
  }

  add(value: number, ...index: readonly number[]): void {
    const i = offset(index, this.shape);
    this.values[i] = (this.values[i] as number) + value;
  }

  array(): NdArray {
    return array(this.values, { shape: this.shape });
  }
}

/** The places of an input of size `size` under the window at `place`, with the taps that see them; null: outside. */
export function taps(
  windows: DirectWindows,
  place: readonly number[],
  size: readonly number[],
): { tap: number[]; at: number[] | null }[] {
  return indices(windows.kernel).map((tap) => {
    const at = tap.map(
      (k, i) =>
        (place[i] as number) * (windows.stride[i] as number) +
        k * (windows.dilate[i] as number) -
        (windows.pad[i] as number),
    );
    return { tap, at: at.every((p, i) => p >= 0 && p < (size[i] as number)) ? at : null };
  });
}

/** Convolution place by place; `size` is that of the result. */
export function directConvolution(
  x: NdArray,
  W: NdArray,
  b: NdArray | null,
  windows: Omit<DirectWindows, 'kernel'> & { readonly size: readonly number[]; readonly groups?: number },
): NdArray {
  const { groups = 1, size } = windows;
  const [from, weights, bias] = [Places.of(x), Places.of(W), b && Places.of(b)];
  const [outs, channels] = W.shape as [number, number];
  const all = { ...windows, kernel: W.shape.slice(2) };
  const y = new Places([x.shape[0] as number, outs, ...size]);
  for (const [n, o, ...place] of indices(y.shape) as [number, number, ...number[]][]) {
    const first = Math.floor(o / (outs / groups)) * channels;
    let total = bias ? bias.at(o) : 0;
    for (const { tap, at } of taps(all, place, x.shape.slice(2)))
      for (let c = 0; at !== null && c < channels; c++)
        total += from.at(n, first + c, ...at) * weights.at(o, c, ...tap);
    y.add(total, n, o, ...place);
  }
  return y.array();
}

/** Deconvolution: what the convolution above reads is written. */
export function directDeconvolution(
  x: NdArray,
  W: NdArray,
  b: NdArray | null,
  windows: Omit<DirectWindows, 'kernel'> & { readonly size: readonly number[]; readonly groups?: number },
): NdArray {
  const { groups = 1, size } = windows;
  const [from, weights, bias] = [Places.of(x), Places.of(W), b && Places.of(b)];
  const [ins, perGroup] = W.shape as [number, number];
  const all = { ...windows, kernel: W.shape.slice(2) };
  const y = new Places([x.shape[0] as number, perGroup * groups, ...size]);
  for (const [n, i, ...place] of indices(x.shape) as [number, number, ...number[]][]) {
    const first = Math.floor(i / (ins / groups)) * perGroup;
    for (const { tap, at } of taps(all, place, size))
      for (let o = 0; at !== null && o < perGroup; o++)
        y.add(from.at(n, i, ...place) * weights.at(i, o, ...tap), n, first + o, ...at);
  }
  if (bias)
    for (const [n, o, ...place] of indices(y.shape) as [number, number, ...number[]][])
      y.add(bias.at(o), n, o, ...place);
  return y.array();
}
