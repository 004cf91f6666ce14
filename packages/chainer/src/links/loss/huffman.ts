import type { BinaryTree } from './binary-hierarchical-softmax.ts';

interface Entry {
  readonly count: number;
  /** Order of arrival, which decides between equal counts. */
  readonly order: number;
  readonly tree: BinaryTree;
}

const before = (a: Entry, b: Entry): boolean => (a.count !== b.count ? a.count < b.count : a.order < b.order);

/** A heap with the rarest entry at the top. */
class Heap {
  private readonly items: Entry[] = [];

  get size(): number {
    return this.items.length;
  }

  push(entry: Entry): void {
    const { items } = this;
    let i = items.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, items[parent] as Entry)) break;
      items[i] = items[parent] as Entry;
      i = parent;
    }
    items[i] = entry;
  }

  pop(): Entry {
    const { items } = this;
    const top = items[0] as Entry;
    const last = items.pop() as Entry;
    if (items.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as Entry, items[child] as Entry)) child++;
      if (!before(items[child] as Entry, last)) break;
      items[i] = items[child] as Entry;
      i = child;
    }
    items[i] = last;
    return top;
  }
}

/** Huffman's tree of ids and counts. @throws {RangeError} if there is none. */
export function huffmanTree(counts: readonly (readonly [number, number])[]): BinaryTree {
  if (counts.length === 0)
    throw new RangeError('[createHuffmanTree] wordCounts must hold at least one id, got none');
  const heap = new Heap();
  counts.forEach(([id, count], order) => {
    heap.push({ count, order, tree: id });
  });
  while (heap.size > 1) {
    const [a, b] = [heap.pop(), heap.pop()];
    heap.push({ count: a.count + b.count, order: Math.min(a.order, b.order), tree: [a.tree, b.tree] });
  }
  return heap.pop().tree;
}
