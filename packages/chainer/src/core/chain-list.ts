import { Link } from './link.ts';

/**
 * A link made of a list of links, whose names are their positions: `/0/W`, `/1/W`.
 *
 * @example
 * import { ChainList, functions as F, links as L, type Variable } from 'chainer';
 * class Stack extends ChainList {
 *   forward(x: Variable): Variable {
 *     return [...this].reduce((h, link) => F.relu((link as L.Linear).forward(h)), x);
 *   }
 * }
 * new Stack(new L.Linear(3, 4), new L.Linear(4, 5)).length; // 2
 */
export abstract class ChainList extends Link {
  protected readonly list: Link[];

  constructor(...links: Link[]) {
    super();
    this.list = links;
  }

  get length(): number {
    return this.list.length;
  }

  /** The child at a position; negative ones count from the end. @throws {RangeError} outside the list. */
  at(index: number): Link {
    const found = this.list.at(index);
    if (!found)
      throw new RangeError(`[ChainList.at] index ${index} is out of range for ${this.list.length} links`);
    return found;
  }

  /** Appends a child. */
  append(link: Link): this {
    this.list.push(link);
    return this;
  }

  /** Inserts a child before a position. */
  insert(index: number, link: Link): this {
    this.list.splice(index, 0, link);
    return this;
  }

  [Symbol.iterator](): IterableIterator<Link> {
    return this.list[Symbol.iterator]();
  }

  override namedChildren(): [string, Link][] {
    const own = super.namedChildren().filter(([name]) => !name.startsWith('list/'));
    return [...this.list.map((link, i): [string, Link] => [String(i), link]), ...own];
  }
}
