/** Lines of a name, white space and an integer. */
export function* labelLines(who: string, text: string, file: string): IterableIterator<[string, number]> {
  for (const [k, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const found = /^\s*(.*\S)\s+(-?\d+)\s*$/.exec(line);
    if (found === null)
      throw new Error(
        `[${who}] line ${k + 1} of ${file} must be a path and an integer, got ${JSON.stringify(line)}`,
      );
    yield [found[1] as string, Number(found[2])];
  }
}
