import { xp } from 'chainer';
import { rand } from './case.ts';
import { steadyMilliseconds } from './time.ts';

/** A bandwidth that was reached with data of some size. */
export interface Level {
  readonly name: string;
  /** Working sets up to this many bytes are judged by it. */
  readonly upTo: number;
  readonly gbps: number;
}

/** What this machine reached with simple work: the roof under which kernels are judged. */
export interface Ceilings {
  readonly gflops: number;
  readonly levels: readonly Level[];
}

const kibi = 1024;
const mebi = 1024 * kibi;

/** Working sets of the three measurements, and up to where each speaks. */
const sizes = [
  { name: 'L2', bytes: 768 * kibi, upTo: 1.5 * mebi },
  { name: 'shared cache', bytes: 12 * mebi, upTo: 32 * mebi },
  { name: 'memory', bytes: 384 * mebi, upTo: Number.POSITIVE_INFINITY },
];

const triad = new xp.ElementwiseKernel('triad', 2, (b, c) => b.add(c.mul(3)));

/** The fastest large product, and the fastest of copy and triad `b + 3·c` for data of each size. */
export function measureCeilings(): Ceilings {
  const gflops = Math.max(...[1024, 2048].map(product));
  return {
    gflops,
    levels: sizes.map(({ name, bytes, upTo }) => ({ name, upTo, gbps: bandwidth(bytes) })),
  };
}

function product(n: number): number {
  const [a, b] = [rand(n, n), rand(n, n)];
  return (2 * n ** 3) / steadyMilliseconds(() => xp.matmul(a, b)).best / 1e6;
}

function bandwidth(bytes: number): number {
  const n = Math.floor(bytes / 12);
  const [a, b, c] = [xp.zeros([n]), rand(n), rand(n)];
  const copied = (8 * n) / steadyMilliseconds(() => xp.copyto(a, b)).best / 1e6;
  const three = (12 * n) / steadyMilliseconds(() => triad.call([b, c], { out: [a] })).best / 1e6;
  return Math.max(copied, three);
}

/** The bandwidth that data of so many bytes may reach. */
export function levelOf(ceilings: Ceilings, bytes: number): Level {
  return ceilings.levels.find(({ upTo }) => bytes <= upTo) as Level;
}

/** The least milliseconds that so much work takes under these ceilings, and which of them binds. */
export function floorOf(
  ceilings: Ceilings,
  { flops, bytes }: { readonly flops: number; readonly bytes: number },
): { readonly milliseconds: number; readonly bound: string } {
  const level = levelOf(ceilings, bytes);
  const compute = flops / ceilings.gflops / 1e6;
  const moving = bytes / level.gbps / 1e6;
  return compute > moving
    ? { milliseconds: compute, bound: 'product' }
    : { milliseconds: moving, bound: level.name };
}
