import { apply, array, type DTypeName, type NdArray, take } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { expectFloat, expectInteger, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../../functions/array/reshape.ts';
import { embedId } from '../../functions/connection/embed-id.ts';
import { matmul } from '../../functions/math/matmul.ts';
import { sum } from '../../functions/math/sum.ts';
import { Uniform } from '../../initializers/uniform.ts';
import { huffmanTree } from './huffman.ts';

/** A binary tree: a leaf is an id, an inner node a pair. */
export type BinaryTree = number | readonly [BinaryTree, BinaryTree];

/** `log(1 + exp(-code · f))` at the inner nodes on the way to a leaf; code 0 stands behind the end. */
const step = /*#__PURE__*/ elementwise('BinaryHierarchicalSoftmax', (f, code) =>
  code.eq(0).where(0, apply('logaddexp', f.mul(0), f.mul(code).neg())),
);

/** For each leaf the inner nodes on the way to it, and where it turns: 1 to the left, -1 to the right. */
function pathsOf(tree: BinaryTree): {
  paths: Map<number, number[]>;
  codes: Map<number, number[]>;
  nodes: number;
} {
  const [paths, codes] = [new Map<number, number[]>(), new Map<number, number[]>()];
  let nodes = 0;
  const stack: [BinaryTree, number[], number[]][] = [[tree, [], []]];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const [node, path, code] = item;
    if (typeof node === 'number') {
      paths.set(node, path);
      codes.set(node, code);
    } else if (Array.isArray(node) && node.length === 2) {
      const own = [...path, nodes++];
      // The left side is visited, and numbered, first.
      stack.push([node[1] as BinaryTree, own, [...code, -1]], [node[0] as BinaryTree, own, [...code, 1]]);
    } else
      throw new TypeError(
        `[BinaryHierarchicalSoftmax] every inner node must be a pair, got ${JSON.stringify(node)}`,
      );
  }
  return { paths, codes, nodes };
}

/**
 * Hierarchical softmax over a binary tree: the probability of a class is the product of the decisions on the way to its leaf
 * (Morin & Bengio, 2005).
 *
 * `loss = Σ log(1 + exp(-c W[node]ᵀ x))` over the inner nodes on the way, c = 1 to the left and -1 to the right
 *
 * @param inSize features of the input
 * @param tree nested pairs, whose leaves are the ids of the classes
 * @param options `dtype`: of the weights.
 * @throws {TypeError} if an inner node is no pair.
 * @example
 * import { links as L, xp } from 'chainer';
 * const tree = L.BinaryHierarchicalSoftmax.createHuffmanTree({ 0: 8, 1: 5, 2: 6, 3: 4 });
 * const loss = new L.BinaryHierarchicalSoftmax(3, tree);
 * loss.W.array.fill(0);
 * loss.forward(xp.ones([1, 3]), xp.array([0], { dtype: 'int32' })).itemSync(); // 1.3863
 */
export class BinaryHierarchicalSoftmax extends Link {
  /** `[inner nodes, D]` */
  readonly W: Parameter;
  private readonly paths: Int32Array;
  private readonly codes: Float64Array;
  private readonly depth: number;

  constructor(inSize: number, tree: BinaryTree, options: { readonly dtype?: DTypeName | null } = {}) {
    super();
    checkOptions('BinaryHierarchicalSoftmax', options, ['dtype']);
    const { paths, codes, nodes } = pathsOf(tree);
    const ids = [...paths.keys()];
    const classes = ids.reduce((most, id) => Math.max(most, id), -1) + 1;
    this.depth = Math.max(1, ...[...paths.values()].map((p) => p.length));
    this.paths = new Int32Array(classes * this.depth);
    this.codes = new Float64Array(classes * this.depth);
    for (const id of ids) {
      this.paths.set(paths.get(id) as number[], id * this.depth);
      this.codes.set(codes.get(id) as number[], id * this.depth);
    }
    this.W = new Parameter(new Uniform({ scale: 1 }), [nodes, inSize], {
      name: 'W',
      dtype: options.dtype ?? null,
    });
  }

  /**
   * Huffman's tree: frequent classes get short ways.
   *
   * @param wordCounts how often each id occurs
   * @throws {RangeError} if there is no id.
   */
  static createHuffmanTree(
    wordCounts: Readonly<Record<number, number>> | ReadonlyMap<number, number>,
  ): BinaryTree {
    return huffmanTree(
      wordCounts instanceof Map
        ? [...wordCounts]
        : Object.entries(wordCounts).map(([id, count]): [number, number] => [Number(id), count]),
    );
  }

  private table(values: Int32Array | Float64Array, like: NdArray, dtype: DTypeName): NdArray {
    return array(values, { shape: [values.length / this.depth, this.depth], dtype, device: like.device });
  }

  /**
   * @param x `[N, D]`
   * @param t classes, integers `[N]`
   * @returns the sum of the losses
   * @throws {InvalidType} if shapes or dtypes do not fit.
   */
  forward(x: VariableLike, t: VariableLike): Variable {
    const who = 'BinaryHierarchicalSoftmax';
    const [a, ids, w] = [asArray(x), asArray(t), this.W.array];
    expectFloat(who, 'x', a);
    expectNdim(who, 'x', a, 2);
    expectInteger(who, 't', ids);
    expectNdim(who, 't', ids, 1);
    expectSameDtype(who, 'x', a, 'W', w);
    const [n, features] = a.shape as [number, number];
    if (ids.shape[0] !== n) invalid(who, `x has ${n} rows but t ${ids.shape[0]} elements`, { x: a, t: ids });
    if (w.shape[1] !== features)
      invalid(who, `x has ${features} features but W expects ${w.shape[1]}`, { x: a, W: w });
    const path = take(this.table(this.paths, a, 'int32'), ids, { axis: 0 });
    const code = take(this.table(this.codes, a, a.dtype.name), ids, { axis: 0 });
    const f = matmul(embedId(path, this.W), reshape(x, [n, features, 1]));
    return sum(step(reshape(f, [n, this.depth]), code));
  }
}
