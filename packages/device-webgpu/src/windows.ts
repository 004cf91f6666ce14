import type { PoolGeometry } from '@chainer/xp/internal';

/**
 * Sliding windows in kernels' texts. For each spatial axis `a` a kernel has the parameters `i<a>` (extent of the image), `o<a>`
 * (number of windows), `k<a>` (extent of a window), `st<a>`, `pd<a>` and `dl<a>` (stride, padding, dilation).
 */

const names = ['i', 'o', 'k', 'st', 'pd', 'dl'] as const;

/** The parameters' declarations. */
export function windowFields(axes: number): string[] {
  return Array.from({ length: axes }, (_, a) => names.map((name) => `${name}${a}: i32`)).flat();
}

/** Their values. */
export function windowParams(
  image: readonly number[],
  out: readonly number[],
  g: PoolGeometry & { readonly dilate?: readonly number[] },
): number[] {
  return image.flatMap((i, a) => [i, out[a]!, g.ksize[a]!, g.stride[a]!, g.pad[a]!, g.dilate?.[a] ?? 1]);
}

/** Statements that take `index` apart into coordinates `name0`, `name1`, … within the extents `p.<extent>0`, …. */
export function split(name: string, index: string, extent: string, axes: number): string {
  const lines = axes > 1 ? [`var ${name}r = u32(${index});`] : [];
  for (let a = axes - 1; a > 0; a--)
    lines.push(
      `let ${name}${a} = i32(${name}r % u32(p.${extent}${a})); ${name}r = ${name}r / u32(p.${extent}${a});`,
    );
  lines.push(axes > 1 ? `let ${name}0 = i32(${name}r);` : `let ${name}0 = ${axes === 1 ? index : '0i'};`);
  return lines.join('\n');
}

/** The flat position of coordinates within extents. */
export function flat(coordinate: (a: number) => string, extent: string, axes: number): string {
  let text = axes === 0 ? '0i' : coordinate(0);
  for (let a = 1; a < axes; a++) text = `(${text} * p.${extent}${a} + ${coordinate(a)})`;
  return text;
}

/** Whether coordinates lie within extents. */
export function inside(coordinate: (a: number) => string, extent: string, axes: number): string {
  return (
    Array.from({ length: axes }, (_, a) => `u32(${coordinate(a)}) < u32(p.${extent}${a})`).join(' && ') ||
    'true'
  );
}

/** The product of extents. */
export function volume(extent: string, axes: number): string {
  return Array.from({ length: axes }, (_, a) => `p.${extent}${a}`).join(' * ') || '1i';
}

/** Windows of a geometry that is known when the text is written. */
export interface KnownWindows {
  /** Extents of a window that has few places: they are written out. */
  readonly ksize: readonly number[] | null;
  /** Strides, where windows do not overlap, so that each place has one window at most. */
  readonly disjoint: readonly number[] | null;
}

/** What is known of a geometry. */
export function knownWindows(g: PoolGeometry & { readonly dilate?: readonly number[] }): KnownWindows {
  const few = g.ksize.reduce((n, k) => n * k, 1) <= 9;
  const apart = g.ksize.every((k, a) => k <= g.stride[a]! && (g.dilate?.[a] ?? 1) === 1);
  return { ksize: few ? g.ksize : null, disjoint: apart ? g.stride : null };
}

/** Loops over the places of a window, `k0`, `k1`, …, with `place`, their number in C order. */
export function overPlaces(axes: number, body: string, { ksize }: KnownWindows): string {
  const list = Array.from({ length: axes }, (_, a) => a);
  if (ksize === null) {
    const open = list.map((a) => `for (var k${a} = 0i; k${a} < p.k${a}; k${a}++) {`).join(' ');
    return `var place = 0i;\n${open}\n${body}\nplace++;\n${'}'.repeat(axes)}`;
  }
  const places = ksize.reduce((n, k) => n * k, 1);
  return Array.from({ length: places }, (_, place) => {
    let rest = place;
    const at = [...ksize].reverse().map((k) => {
      const coordinate = rest % k;
      rest = Math.floor(rest / k);
      return coordinate;
    });
    const lets = list.map((a) => `let k${a} = ${at[axes - 1 - a]}i;`).join(' ');
    return `{ let place = ${place}i; ${lets}\n${body} }`;
  }).join('\n');
}

/** A number that is not negative, divided. */
const divided = (x: string, by: number): string =>
  Number.isInteger(Math.log2(by)) ? `(${x} >> ${Math.log2(by)}u)` : `(${x} / ${by}i)`;

/**
 * For every window that holds the place of an image at coordinates `x0`, `x1`, …: `body` knows `place`, which of the window's places
 * it is, and the window's coordinates `q0`, `q1`, …. In order of `place`.
 */
export function overWindows(axes: number, body: string, known: KnownWindows): string {
  const list = Array.from({ length: axes }, (_, a) => a);
  const { disjoint } = known;
  if (disjoint !== null) {
    const only = list
      .map(
        (a) =>
          `let t${a} = x${a} + p.pd${a}; let q${a} = ${divided(`t${a}`, disjoint[a]!)}; let k${a} = t${a} - q${a} * p.st${a};`,
      )
      .join('\n');
    const holds = list.map((a) => `k${a} < p.k${a} && q${a} < p.o${a}`).join(' && ') || 'true';
    return `${only}\nif (${holds}) {\nlet place = ${flat((a) => `k${a}`, 'k', axes)};\n${body}\n}`;
  }
  const whole = list
    .map((a) => `let t${a} = x${a} + p.pd${a} - k${a} * p.dl${a}; let q${a} = t${a} / p.st${a};`)
    .join('\n');
  const hits =
    list.map((a) => `t${a} >= 0i && q${a} * p.st${a} == t${a} && q${a} < p.o${a}`).join(' && ') || 'true';
  return overPlaces(axes, `${whole}\nif (${hits}) {\n${body}\n}`, known);
}
