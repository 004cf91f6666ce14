import { type ComplexList, complexElements, type RawArray } from '../raw.ts';

/** A complex matrix on the host, elements in rows. */
export interface Matrix extends ComplexList {
  readonly rows: number;
  readonly columns: number;
}

/** The matrices of a stack: the last two axes of an array. */
export function matricesOf(array: RawArray): Matrix[] {
  const [rows = 1, columns = 1] = array.shape.slice(-2);
  const { re, im } = complexElements(array);
  const size = rows * columns;
  const count = array.shape.slice(0, -2).reduce((n, m) => n * m, 1);
  return Array.from({ length: count }, (_, i) => ({
    rows,
    columns,
    re: re.slice(i * size, (i + 1) * size),
    im: im.slice(i * size, (i + 1) * size),
  }));
}

/** A matrix from its elements. */
export function matrix(
  rows: number,
  columns: number,
  at: (i: number, j: number) => [number, number],
): Matrix {
  const re = new Float64Array(rows * columns);
  const im = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) [re[i * columns + j], im[i * columns + j]] = at(i, j);
  return { rows, columns, re, im };
}

export const element = (m: Matrix, i: number, j: number): [number, number] => [
  m.re[i * m.columns + j] as number,
  m.im[i * m.columns + j] as number,
];

export const multiply = (a: Matrix, b: Matrix): Matrix =>
  matrix(a.rows, b.columns, (i, j) => {
    let re = 0;
    let im = 0;
    for (let k = 0; k < a.columns; k++) {
      const [x, y] = element(a, i, k);
      const [u, v] = element(b, k, j);
      re += x * u - y * v;
      im += x * v + y * u;
    }
    return [re, im];
  });

/** The conjugate transpose. */
export const adjoint = (a: Matrix): Matrix =>
  matrix(a.columns, a.rows, (i, j) => {
    const [re, im] = element(a, j, i);
    return [re, -im];
  });

export const identity = (size: number): Matrix => matrix(size, size, (i, j) => [i === j ? 1 : 0, 0]);

/** Columns scaled: `a · diag(scale)`, of its first columns. */
export const scaleColumns = (a: Matrix, scale: ComplexList): Matrix =>
  matrix(a.rows, scale.re.length, (i, j) => {
    const [x, y] = element(a, i, j);
    const [u, v] = [scale.re[j] as number, scale.im[j] as number];
    return [x * u - y * v, x * v + y * u];
  });

/** The first rows. */
export const topRows = (a: Matrix, rows: number): Matrix =>
  matrix(rows, a.columns, (i, j) => element(a, i, j));
