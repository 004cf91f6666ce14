import type { NdArray } from '../../core/ndarray.ts';

/** A complex matrix in C order, its parts apart, in float64: what the linear algebra of `js` computes with. */
export class Split {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;

  constructor(rows: number, cols: number) {
    this.rows = rows;
    this.cols = cols;
    this.re = new Float64Array(rows * cols);
    this.im = new Float64Array(rows * cols);
  }

  static identity(n: number): Split {
    const x = new Split(n, n);
    for (let i = 0; i < n; i++) x.re[i * n + i] = 1;
    return x;
  }

  copy(): Split {
    const x = new Split(this.rows, this.cols);
    x.re.set(this.re);
    x.im.set(this.im);
    return x;
  }

  /** The conjugated transpose. */
  adjoint(): Split {
    const x = new Split(this.cols, this.rows);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.cols; j++) {
        x.re[j * this.rows + i] = this.re[i * this.cols + j]!;
        x.im[j * this.rows + i] = -this.im[i * this.cols + j]!;
      }
    }
    return x;
  }

  /** The first columns. */
  columns(n: number): Split {
    const x = new Split(this.rows, n);
    for (let i = 0; i < this.rows; i++) {
      x.re.set(this.re.subarray(i * this.cols, i * this.cols + n), i * n);
      x.im.set(this.im.subarray(i * this.cols, i * this.cols + n), i * n);
    }
    return x;
  }
}

/** How many matrices stand in a stack. */
export function count(x: NdArray): number {
  const n = x.shape[x.ndim - 1]! * x.shape[x.ndim - 2]!;
  return n === 0 ? 0 : x.size / n;
}

/** Matrix `k` of a contiguous stack. */
export function load(x: NdArray, k: number): Split {
  const [rows, cols] = x.shape.slice(-2) as [number, number];
  const m = new Split(rows, cols);
  const { lanes } = x.dtype;
  const data = x.storage.view(x.dtype) as Float64Array;
  const from = (x.offset + k * rows * cols) * lanes;
  for (let i = 0; i < m.re.length; i++) {
    m.re[i] = data[from + i * lanes]!;
    if (lanes === 2) m.im[i] = data[from + 2 * i + 1]!;
  }
  return m;
}

/** Leaves a matrix as number `k` of a contiguous stack. */
export function store(m: Split, x: NdArray, k: number): void {
  const { lanes } = x.dtype;
  const data = x.storage.view(x.dtype) as Float64Array;
  const from = (x.offset + k * m.re.length) * lanes;
  for (let i = 0; i < m.re.length; i++) {
    data[from + i * lanes] = m.re[i]!;
    if (lanes === 2) data[from + 2 * i + 1] = m.im[i]!;
  }
}
