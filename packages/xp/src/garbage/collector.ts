import { collectGarbage } from './collect.ts';
import { Pace } from './pace.ts';

const mebi = 1024 * 1024;
/** Below this nobody looks for garbage. */
const leastBudget = 64 * mebi;
/** How much may be allocated between two young collections. */
const youngRoom = 32 * mebi;

/**
 * When to look for garbage, and how thoroughly. A young collection takes a fraction of a millisecond; a full one some 15, and is alone
 * in finding what has outlived two young ones, such as the arrays that a graph retained until its backward pass.
 */
export class Collector {
  collections = 0;
  private readonly live: () => number;
  private readonly full = new Pace(64 * mebi, 512 * mebi);
  /** Bytes that graphs have let go since the last full collection, less what young ones found. */
  private suspected = 0;
  /** What the last full collection left alive. */
  private alive = 0;
  /** The most there was since then, and in the rounds before. */
  private highest = 0;
  private recent = 0;

  /** @param live bytes that are alive, or garbage that was not found yet */
  constructor(live: () => number) {
    this.live = live;
  }

  /** How much the pool may hold before it asks for a collection. */
  get budget(): number {
    return Math.max(leastBudget, this.live() + youngRoom);
  }

  /** More than this was not needed for a while. */
  get ample(): number {
    return 1.5 * Math.max(leastBudget, this.highest, this.recent);
  }

  /** A graph let go of so many bytes. */
  suspect(nbytes: number): void {
    this.suspected += nbytes;
  }

  /** Takes note of how much there is. */
  see(): void {
    const now = this.live();
    if (now > this.highest) this.highest = now;
  }

  /** Collects the young generation, and everything where that promises something. */
  collect(): void {
    const before = this.live();
    collectGarbage('minor');
    this.collections++;
    this.suspected = Math.max(0, this.suspected - (before - this.live()));
    if (this.isFullDue()) this.collectAll();
  }

  /** A good part of what is there must be suspect, or there must be more than in the last rounds. */
  private isFullDue(): boolean {
    const now = this.live();
    if (this.suspected >= Math.max(this.full.room, now / 8)) return true;
    return now >= Math.max(1.5 * this.alive, this.recent) + this.full.room;
  }

  collectAll(): void {
    this.see();
    this.full.run(() => collectGarbage('full'));
    this.collections++;
    this.suspected = 0;
    this.alive = this.live();
    this.recent = Math.max(this.highest, 0.9 * this.recent);
    this.highest = this.alive;
  }
}
