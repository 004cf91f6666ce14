import type { Context } from '../context.ts';
import { Bound, named } from './bound.ts';

/** `cudaDataType`. */
export const dataTypes: Readonly<Record<string, number>> = {
  float32: 0,
  float64: 1,
  float16: 2,
  complex64: 4,
  complex128: 5,
  bfloat16: 14,
};

/** `cublasComputeType_t`: sums in float32, with operands rounded to TF32, in float64. */
const compute32 = 68;
const computeTf32 = 77;
const compute64 = 70;

/** Attributes of `cublasLtMatmulDesc_t`, and of the layout of a matrix. */
const transA = 3;
const transB = 4;
const epilogue = 7;
const biasPointer = 8;
const batchCount = 5;
const batchStride = 6;
/** Attributes of the preferences of the search for an algorithm. */
const maxWorkspace = 1;
const alignments = { a: 5, b: 6, c: 7, d: 8 };

const epilogueBias = 4;
const transpose = 1;

/** Bytes of `cublasLtMatmulAlgo_t`, and of `cublasLtMatmulHeuristicResult_t`, in which the workspace's size follows. */
const algorithmBytes = 64;
const resultBytes = 96;
/** So many bytes an algorithm may have for itself; what NVIDIA recommends for Hopper. */
const workspaceBytes = 32 << 20;

/** A matrix as columns that stand `ld` apart: `rows × cols`, or its transpose. */
export interface Matrix {
  readonly address: number;
  readonly ld: number;
  readonly transposed: boolean;
  /** Elements from one matrix of a batch to the next. */
  readonly stride: number;
}

/** `d (m × n) = op(a) op(b) + beta d (+ bias, one for each row)`, all in columns. */
export interface Product {
  readonly dtype: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly d: Matrix;
  readonly bias: number | null;
  readonly beta: 0 | 1;
  readonly tf32: boolean;
}

/** Descriptors of a product, and the algorithm that the library's heuristic has chosen. */
interface Plan {
  readonly descriptor: number;
  readonly layouts: readonly [number, number, number];
  readonly algorithm: Uint8Array;
  readonly workspace: number;
}

const alignmentOf = (address: number) => {
  let bytes = 256;
  while (address % bytes !== 0) bytes /= 2;
  return bytes;
};

/** Matrix products by cuBLASLt. Plans are kept by all that they depend on. */
export class CublasLt {
  private readonly lt: Bound;
  private readonly handle: number;
  private readonly preference: number;
  private readonly plans = new Map<string, Plan | null>();
  /** 0 and 1 in the types of scale factors. */
  private readonly scales = {
    // A complex number's imaginary part follows: zero.
    single: [Float32Array.of(0, 0), Float32Array.of(1, 0)],
    double: [Float64Array.of(0, 0), Float64Array.of(1, 0)],
  } as const;

  constructor(ctx: Context) {
    this.lt = new Bound(
      ctx,
      'cublasLt',
      named({
        1: 'CUBLAS_STATUS_NOT_INITIALIZED',
        3: 'CUBLAS_STATUS_ALLOC_FAILED',
        7: 'CUBLAS_STATUS_INVALID_VALUE',
        8: 'CUBLAS_STATUS_ARCH_MISMATCH',
        13: 'CUBLAS_STATUS_EXECUTION_FAILED',
        14: 'CUBLAS_STATUS_INTERNAL_ERROR',
        15: 'CUBLAS_STATUS_NOT_SUPPORTED',
      }),
    );
    this.handle = this.lt.made('cublasLtCreate');
    this.preference = this.lt.made('cublasLtMatmulPreferenceCreate');
    this.set('cublasLtMatmulPreferenceSetAttribute', this.preference, maxWorkspace, workspaceBytes, 8);
  }

  /** Whether it multiplies that dtype. */
  static multiplies(dtype: string): boolean {
    return dtype in dataTypes;
  }

  /** Queues a product. Whether the library has an algorithm for it. */
  run(p: Product): boolean {
    const { lt } = this;
    const { ctx } = lt;
    ctx.device.gpu.use();
    const plan = this.planOf(p);
    if (plan === null) return false;
    const { descriptor, layouts, algorithm, workspace } = plan;
    if (p.bias !== null) this.set('cublasLtMatmulDescSetAttribute', descriptor, biasPointer, p.bias, 8);
    const scratch = workspace === 0 ? null : ctx.memory.scratch(workspace);
    const [zero, one] = this.scales[isDouble(p.dtype) ? 'double' : 'single'];
    const { native } = lt;
    const beta = p.beta === 0 ? zero : one;
    lt.check(
      'cublasLtMatmul',
      ...[this.handle, descriptor, native.bytes(one), p.a.address, layouts[0], p.b.address, layouts[1]],
      ...[native.bytes(beta), p.d.address, layouts[2], p.d.address, layouts[2], native.bytes(algorithm)],
      ...[scratch?.address ?? 0, workspace, lt.stream],
    );
    if (scratch !== null) ctx.memory.giveScratchBack(scratch);
    return true;
  }

  private planOf(p: Product): Plan | null {
    const { a, b, d } = p;
    const of = ({ ld, transposed, stride, address }: Matrix) =>
      `${ld},${transposed},${stride},${alignmentOf(address)}`;
    const key = `${p.dtype};${p.m};${p.n};${p.k};${p.batch};${of(a)};${of(b)};${of(d)};${p.bias === null ? 0 : alignmentOf(p.bias)};${p.beta};${p.tf32}`;
    let plan = this.plans.get(key);
    if (plan === undefined) {
      plan = this.plan(p);
      this.plans.set(key, plan);
    }
    return plan;
  }

  private plan(p: Product): Plan | null {
    const { lt } = this;
    const { a, b, d } = p;
    const type = dataTypes[p.dtype]!;
    const double = isDouble(p.dtype);
    const scale = type === dataTypes.complex64 || double ? type : dataTypes.float32!;
    const compute = double ? compute64 : p.tf32 && type === dataTypes.float32 ? computeTf32 : compute32;
    const descriptor = lt.made('cublasLtMatmulDescCreate', compute, scale);
    const attribute = (number: number, value: number, bytes: number) =>
      this.set('cublasLtMatmulDescSetAttribute', descriptor, number, value, bytes);
    if (a.transposed) attribute(transA, transpose, 4);
    if (b.transposed) attribute(transB, transpose, 4);
    if (p.bias !== null) {
      attribute(epilogue, epilogueBias, 4);
      attribute(biasPointer, p.bias, 8);
    }
    const layout = ({ ld, transposed, stride }: Matrix, rows: number, cols: number) => {
      const [r, c] = transposed ? [cols, rows] : [rows, cols];
      const made = lt.made('cublasLtMatrixLayoutCreate', type, r, c, ld);
      if (p.batch > 1) {
        this.set('cublasLtMatrixLayoutSetAttribute', made, batchCount, p.batch, 4);
        this.set('cublasLtMatrixLayoutSetAttribute', made, batchStride, stride, 8);
      }
      return made;
    };
    const layouts = [layout(a, p.m, p.k), layout(b, p.k, p.n), layout(d, p.m, p.n)] as const;
    const aligned = (number: number, address: number) =>
      this.set('cublasLtMatmulPreferenceSetAttribute', this.preference, number, alignmentOf(address), 4);
    aligned(alignments.a, a.address);
    aligned(alignments.b, b.address);
    aligned(alignments.c, d.address);
    aligned(alignments.d, d.address);
    const result = new Uint8Array(resultBytes);
    const { native } = lt;
    native.set(0, 0);
    const status = lt.status(
      'cublasLtMatmulAlgoGetHeuristic',
      ...[this.handle, descriptor, layouts[0], layouts[1], layouts[2], layouts[2], this.preference, 1],
      ...[native.bytes(result), native.slot()],
    );
    if (status !== 0 && status !== 15) lt.verify('cublasLtMatmulAlgoGetHeuristic', status);
    if (status !== 0 || native.int() === 0) {
      for (const made of layouts) lt.check('cublasLtMatrixLayoutDestroy', made);
      lt.check('cublasLtMatmulDescDestroy', descriptor);
      return null;
    }
    const workspace = new DataView(result.buffer).getUint32(algorithmBytes, true);
    return { descriptor, layouts, algorithm: result.slice(0, algorithmBytes), workspace };
  }

  /** Sets an attribute of a descriptor. */
  private set(name: string, descriptor: number, attribute: number, value: number, bytes: number): void {
    const { native } = this.lt;
    native.set(1, value);
    this.lt.check(name, descriptor, attribute, native.slot(1), bytes);
  }
}

const isDouble = (dtype: string) => dtype === 'float64' || dtype === 'complex128';
