/**
 * How much garbage may lie about before it is collected: little, so that memory is used again soon, and more while
 * collecting takes more than a small share of the time.
 */
export class Pace {
  room: number;
  private readonly least: number;
  private readonly most: number;
  private last = performance.now();
  /** Milliseconds of the last collections and of all that time, the older the less they count; a quiet second at first. */
  private spent = 0;
  private passed = 1000;

  constructor(least: number, most: number) {
    this.least = least;
    this.most = most;
    this.room = least;
  }

  /** Runs a collection and learns from how long it takes. */
  run(collect: () => void): void {
    const start = performance.now();
    collect();
    const end = performance.now();
    this.spent = 0.75 * this.spent + end - start;
    this.passed = 0.75 * this.passed + end - this.last;
    this.last = end;
    const share = this.spent / this.passed;
    if (share > 0.06) this.room = Math.min(this.room * 1.25, this.most);
    else if (share < 0.03) this.room = Math.max(this.room * 0.8, this.least);
  }
}
