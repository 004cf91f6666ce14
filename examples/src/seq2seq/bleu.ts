/** How often each run of `n` words occurs. */
function grams(words: readonly string[], n: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n).join(' ');
    found.set(gram, (found.get(gram) ?? 0) + 1);
  }
  return found;
}

/** BLEU of a corpus (Papineni et al., 2002), up to four words, from 0 to 1: one reference for each translation. */
export function bleu(
  references: readonly (readonly string[])[],
  guesses: readonly (readonly string[])[],
): number {
  let logs = 0;
  for (let n = 1; n <= 4; n++) {
    let [right, all] = [0, 0];
    guesses.forEach((guess, i) => {
      const truth = grams(references[i] as readonly string[], n);
      for (const [gram, times] of grams(guess, n)) {
        all += times;
        right += Math.min(times, truth.get(gram) ?? 0);
      }
    });
    if (right === 0) return 0;
    logs += Math.log(right / all) / 4;
  }
  const length = (list: readonly (readonly string[])[]) => list.reduce((n, words) => n + words.length, 0);
  const [said, wanted] = [length(guesses), length(references)];
  return Math.exp(logs + Math.min(0, 1 - wanted / said));
}
