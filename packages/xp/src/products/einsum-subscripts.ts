import { ValueError } from '../errors.ts';

/** Subscripts of an einsum, one label for each axis. Labels are letters; the axes of an ellipsis are `.0`, `.1`, … from the last. */
export interface Subscripts {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

function labelsOf(text: string, ndim: number, who: string): string[] {
  const parts = text.split('...');
  if (parts.length > 2) throw new ValueError(`[einsum] ${who} '${text}' has more than one ellipsis`);
  const letters = parts.join('');
  const strange = [...letters].find((c) => !/[A-Za-z]/.test(c));
  if (strange !== undefined)
    throw new ValueError(`[einsum] ${who} '${text}' holds '${strange}'; expected letters`);
  const hidden = ndim - letters.length;
  if (hidden < 0 || (parts.length === 1 && hidden !== 0)) {
    throw new ValueError(
      `[einsum] ${who} '${text}' names ${letters.length} axes but the operand has ${ndim} dimensions`,
    );
  }
  if (parts.length === 1) return [...letters];
  const ellipsis = Array.from({ length: hidden }, (_, i) => `.${hidden - 1 - i}`);
  return [...(parts[0] as string), ...ellipsis, ...(parts[1] as string)];
}

/** Reads subscripts for operands of those numbers of axes. @throws {ValueError} where they make no sense. */
export function readSubscripts(text: string, ndims: readonly number[]): Subscripts {
  const [left, right, ...more] = text.replace(/\s+/g, '').split('->');
  if (more.length > 0) throw new ValueError(`[einsum] subscripts '${text}' have more than one '->'`);
  const terms = (left as string).split(',');
  if (terms.length !== ndims.length) {
    throw new ValueError(
      `[einsum] subscripts '${text}' name ${terms.length} operands but ${ndims.length} were given`,
    );
  }
  const operands = terms.map((t, i) => labelsOf(t, ndims[i] as number, `the subscript of operand ${i}`));
  const all = operands.flat();
  const hidden = Math.max(0, ...all.filter((l) => l[0] === '.').map((l) => Number(l.slice(1)) + 1));
  const ellipsis = Array.from({ length: hidden }, (_, i) => `.${hidden - 1 - i}`);
  if (right === undefined) {
    const once = [...new Set(all)]
      .filter((l) => l[0] !== '.' && all.indexOf(l) === all.lastIndexOf(l))
      .sort();
    return { operands, output: [...ellipsis, ...once] };
  }
  const named = right.replace('...', '').length;
  const output = labelsOf(right, named + (right.includes('...') ? hidden : 0), 'the output subscript');
  for (const l of output) {
    if (!all.includes(l))
      throw new ValueError(`[einsum] the output of '${text}' names '${l}', which no operand has`);
  }
  if (new Set(output).size !== output.length)
    throw new ValueError(`[einsum] the output of '${text}' names a label twice`);
  return { operands, output };
}
