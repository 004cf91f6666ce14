/** Where text goes: Node's streams will do. */
export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal, whose lines can be overwritten. */
  readonly isTTY?: boolean;
}

/** Standard output in Node, the console elsewhere. */
export const standardOutput: Output = {
  write(text) {
    if (typeof process !== 'undefined' && process.stdout) process.stdout.write(text);
    else console.log(text.replace(/\n$/, ''));
  },
  get isTTY() {
    return typeof process !== 'undefined' && process.stdout?.isTTY === true;
  },
};
