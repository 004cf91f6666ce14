import type { PoolGeometry } from '@chainer/xp/internal';

/**
 * Sliding windows in kernels' texts. For each spatial axis `a` a kernel has the parameters `i<a>` (extent of the image), `o<a>`
 * (number of windows), `k<a>` (extent of a window), `st<a>`, `pd<a>` and `dl<a>` (stride, padding, dilation).
 */

const names = ['i', 'o', 'k', 'st', 'pd', 'dl'] as const;

export const axesOf = (n: number): number[] => Array.from({ length: n }, (_, a) => a);

/** The parameters' declarations. */
export function windowFields(axes: number): string[] {
  return axesOf(axes).flatMap((a) => names.map((name) => `int ${name}${a}`));
}

/** Their values. */
export function windowParams(
  image: readonly number[],
  out: readonly number[],
  g: PoolGeometry & { readonly dilate?: readonly number[] },
): number[] {
  return image.flatMap((i, a) => [i, out[a]!, g.ksize[a]!, g.stride[a]!, g.pad[a]!, g.dilate?.[a] ?? 1]);
}

/** Statements that take `index` (an int) apart into coordinates `name0`, `name1`, … within the extents `p.<extent>0`, …. */
export function split(name: string, index: string, extent: string, axes: number): string {
  if (axes === 0) return '';
  const lines = axes > 1 ? [`unsigned ${name}r = (unsigned)(${index});`] : [];
  for (let a = axes - 1; a > 0; a--)
    lines.push(
      `const int ${name}${a} = (int)(${name}r % (unsigned)p.${extent}${a}); ${name}r /= (unsigned)p.${extent}${a};`,
    );
  lines.push(`const int ${name}0 = ${axes > 1 ? `(int)${name}r` : `(int)(${index})`};`);
  return lines.join('\n  ');
}

/** The flat position of coordinates within extents. */
export function flat(coordinate: (a: number) => string, extent: string, axes: number): string {
  let text = axes === 0 ? '0' : coordinate(0);
  for (let a = 1; a < axes; a++) text = `(${text} * p.${extent}${a} + ${coordinate(a)})`;
  return text;
}

/** Whether coordinates lie within extents. */
export function inside(coordinate: (a: number) => string, extent: string, axes: number): string {
  return (
    axesOf(axes)
      .map((a) => `(unsigned)${coordinate(a)} < (unsigned)p.${extent}${a}`)
      .join(' && ') || 'true'
  );
}

/** The product of extents. */
export function volume(extent: string, axes: number): string {
  return (
    axesOf(axes)
      .map((a) => `p.${extent}${a}`)
      .join(' * ') || '1'
  );
}

/** Loops over the places of a window, `k0`, `k1`, …, with `place`, their number in C order. */
export function overPlaces(axes: number, body: string): string {
  const open = axesOf(axes).map((a) => `for (int k${a} = 0; k${a} < p.k${a}; k${a}++) {`);
  return `int place = 0;
  ${open.join(' ')}
    ${body}
    place++;
  ${'}'.repeat(axes)}`;
}

/**
 * For every window that holds the place of an image at coordinates `x0`, `x1`, …: `body` knows `place`, which of the window's places
 * it is, and the window's coordinates `q0`, `q1`, …. In order of `place`.
 */
export function overWindows(axes: number, body: string): string {
  const list = axesOf(axes);
  // Along an axis only every so manyth place can belong to a window: the loop asks before it goes deeper.
  const open = list.map(
    (a) =>
      `for (int k${a} = 0; k${a} < p.k${a}; k${a}++) { const int t${a} = x${a} + p.pd${a} - k${a} * p.dl${a}; const int q${a} = t${a} / p.st${a}; if (t${a} < 0 || q${a} * p.st${a} != t${a} || q${a} >= p.o${a}) continue;`,
  );
  return `${open.join('\n  ')}
    const int place = ${flat((a) => `k${a}`, 'k', axes)};
    ${body}
  ${'}'.repeat(axes)}`;
}
