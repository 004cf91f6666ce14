import { readArray } from '../api.ts';
import { type CaseRun, expectedArray } from '../case-run.ts';
import { isCloseComplex, type Tolerance } from '../compare.ts';
import { stringOf } from '../json.ts';
import { FormatError, Mismatch } from '../outcome.ts';
import { type ComplexList, complexElements, type RawArray } from '../raw.ts';
import {
  adjoint,
  element,
  identity,
  type Matrix,
  matricesOf,
  multiply,
  scaleColumns,
  topRows,
} from './matrices.ts';

/** Checks a factorisation that is not unique by what its factors must give. */
export async function checkReconstruct(run: CaseRun, results: readonly unknown[]): Promise<void> {
  const factors: RawArray[] = [];
  for (const result of results) factors.push(await readArray(run.api, result));
  const kind = stringOf(run.case.kind, 'kind');
  const checker = checkers[kind];
  if (checker === undefined) throw new FormatError(`kind ${kind}`);
  const product = matricesOf(expectedArray(run, stringOf(run.case.product, 'product')));
  checker(factors, product, run.tolerance);
  if (kind === 'eig') {
    const values = expectedArray(run, stringOf(run.case.values, 'values'));
    requireUnordered(complexElements(factors[0] as RawArray), complexElements(values), run.tolerance);
  }
}

type Checker = (factors: readonly RawArray[], product: readonly Matrix[], tolerance: Tolerance) => void;

/** Every row of a stack of vectors. */
function rowsOf(array: RawArray | undefined): ComplexList[] {
  if (array === undefined) throw new Mismatch('a factor is missing');
  const length = array.shape.at(-1) ?? 1;
  const { re, im } = complexElements(array);
  return Array.from({ length: length === 0 ? 0 : re.length / length }, (_, i) => ({
    re: re.slice(i * length, (i + 1) * length),
    im: im.slice(i * length, (i + 1) * length),
  }));
}

const stack = (array: RawArray | undefined): Matrix[] => {
  if (array === undefined) throw new Mismatch('a factor is missing');
  return matricesOf(array);
};

const checkers: { readonly [kind: string]: Checker } = {
  svd([u, s, vh], product, tolerance) {
    const [us, ss, vs] = [stack(u), rowsOf(s), stack(vh)];
    for (const [i, expected] of product.entries()) {
      const [U, S, V] = [us[i] as Matrix, ss[i] as ComplexList, vs[i] as Matrix];
      requireEqual(multiply(scaleColumns(U, S), topRows(V, S.re.length)), expected, tolerance, 'U S Vh');
      requireOrthonormal(U, tolerance, 'U');
      requireOrthonormal(adjoint(V), tolerance, 'V');
    }
  },
  qr([q, r], product, tolerance) {
    const [qs, rs] = [stack(q), stack(r)];
    for (const [i, expected] of product.entries()) {
      const [Q, R] = [qs[i] as Matrix, rs[i] as Matrix];
      requireEqual(multiply(Q, R), expected, tolerance, 'Q R');
      requireOrthonormal(Q, tolerance, 'Q');
      for (let row = 0; row < R.rows; row++)
        for (let column = 0; column < Math.min(row, R.columns); column++)
          if (!isCloseComplex(element(R, row, column), [0, 0], tolerance))
            throw new Mismatch(`R is not upper triangular: ${element(R, row, column)} at [${row},${column}]`);
    }
  },
  eigh([w, v], product, tolerance) {
    eigen(w, v, product, tolerance);
    for (const V of stack(v)) requireOrthonormal(V, tolerance, 'V');
  },
  eig: ([w, v], product, tolerance) => eigen(w, v, product, tolerance),
};

function eigen(
  w: RawArray | undefined,
  v: RawArray | undefined,
  product: readonly Matrix[],
  tolerance: Tolerance,
): void {
  const [ws, vs] = [rowsOf(w), stack(v)];
  for (const [i, A] of product.entries()) {
    const [W, V] = [ws[i] as ComplexList, vs[i] as Matrix];
    // A matrix of zeros would satisfy the equation.
    for (let j = 0; j < V.columns; j++) {
      const norm = Math.hypot(...Array.from({ length: V.rows }, (_, k) => element(V, k, j)).flat());
      if (!(norm > 0.5)) throw new Mismatch(`eigenvector ${j} has length ${norm}`);
    }
    requireEqual(multiply(A, V), scaleColumns(V, W), tolerance, 'A V');
  }
}

function requireEqual(actual: Matrix, expected: Matrix, tolerance: Tolerance, what: string): void {
  if (actual.rows !== expected.rows || actual.columns !== expected.columns)
    throw new Mismatch(
      `${what} is ${actual.rows} by ${actual.columns}, expected ${expected.rows} by ${expected.columns}`,
    );
  for (let i = 0; i < actual.rows; i++)
    for (let j = 0; j < actual.columns; j++)
      if (!isCloseComplex(element(actual, i, j), element(expected, i, j), tolerance))
        throw new Mismatch(
          `${what}: got ${element(actual, i, j).join('+')}j, expected ${element(expected, i, j).join('+')}j at [${i},${j}]`,
        );
}

const requireOrthonormal = (a: Matrix, tolerance: Tolerance, what: string): void =>
  requireEqual(multiply(adjoint(a), a), identity(a.columns), tolerance, `${what}ᴴ ${what}`);

/** Checks that a result holds `values` in any order. */
export async function checkUnordered(run: CaseRun, result: unknown): Promise<void> {
  const expected = expectedArray(run, stringOf(run.case.values, 'values'));
  requireUnordered(
    complexElements(await readArray(run.api, result)),
    complexElements(expected),
    run.tolerance,
  );
}

/** Each expected value is met by the nearest one left. */
export function requireUnordered(actual: ComplexList, expected: ComplexList, tolerance: Tolerance): void {
  if (actual.re.length !== expected.re.length)
    throw new Mismatch(`got ${actual.re.length} values, expected ${expected.re.length}`);
  const left = Array.from(actual.re, (re, i): [number, number] => [re, actual.im[i] as number]);
  for (const [i, re] of expected.re.entries()) {
    const wanted: [number, number] = [re, expected.im[i] as number];
    const distance = ([x, y]: readonly [number, number]): number => Math.hypot(x - wanted[0], y - wanted[1]);
    const nearest = left.reduce(
      (best, value, k) => (distance(value) < distance(left[best] as [number, number]) ? k : best),
      0,
    );
    const [value] = left.splice(nearest, 1) as [[number, number]];
    if (!isCloseComplex(value, wanted, tolerance))
      throw new Mismatch(`no value for ${wanted.join('+')}j, the nearest left is ${value.join('+')}j`);
  }
}
