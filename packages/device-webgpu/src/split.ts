import type { Block } from './gpu.ts';

/**
 * Buffers that are larger than what a kernel may bind at once. They are bound in parts, each a binding of its own, and the kernel's
 * text is changed: what stood as `b0[i]` goes through functions that choose the part. Only kernels of such arrays pay for it.
 */

/** How many bindings each buffer takes, or null where all fit. */
export function partsOf(blocks: readonly Block[], most: number): number[] | null {
  if (!blocks.some((b) => b.size > most)) return null;
  return blocks.map((b) => Math.ceil(b.size / most));
}

/** The buffers' parts as what is bound. */
export function windowsOf(blocks: readonly Block[], most: number): Block[] {
  return blocks.flatMap((block) => {
    if (block.size <= most) return [block];
    const starts = Array.from({ length: Math.ceil(block.size / most) }, (_, i) => i * most);
    return starts.map((start) => ({
      buffer: block.buffer,
      batch: block.batch,
      start,
      size: Math.min(most, block.size - start),
    }));
  });
}

/** Functions that read and write element `i` of buffer `k`, whose parts have `length` elements each. */
export function accessors(k: number, type: string, parts: number, length: number, written: boolean): string {
  const choose = (statement: (part: string, index: string) => string) =>
    Array.from({ length: parts }, (_, part) => {
      const at = part === 0 ? 'i' : `i - ${part * length}u`;
      const body = statement(`b${k}_${part}`, at);
      return part === parts - 1 ? body : `if (i < ${(part + 1) * length}u) { ${body} }`;
    }).join('\n  ');
  const read = `fn b${k}_get(i: u32) -> ${type} {\n  ${choose((part, at) => `return ${part}[${at}];`)}\n}`;
  if (!written) return read;
  return `${read}\nfn b${k}_set(i: u32, value: ${type}) {\n  ${choose((part, at) => `${part}[${at}] = value; return;`)}\n}`;
}

/** Where the bracket that opens at `open` is closed. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at;
  }
  throw new Error(`[webgpu] a bracket of a kernel is not closed: ${text.slice(open, open + 40)}`);
}

/** A text in which elements of those buffers are read and written by the functions. */
export function redirected(text: string, buffers: ReadonlySet<number>): string {
  const found = /\bb(\d+)\[/g;
  let out = '';
  let from = 0;
  for (let match = found.exec(text); match !== null; match = found.exec(text)) {
    const k = Number(match[1]);
    if (!buffers.has(k)) continue;
    const open = match.index + match[0].length - 1;
    const close = closing(text, open);
    const index = `u32(${redirected(text.slice(open + 1, close), buffers)})`;
    out += text.slice(from, match.index);
    from = close + 1;
    const assignment = /^\s*([-+*/]?)=(?!=)/.exec(text.slice(from));
    if (assignment === null) out += `b${k}_get(${index})`;
    else {
      const start = from + assignment[0].length;
      const end = text.indexOf(';', start);
      const value = redirected(text.slice(start, end), buffers);
      const operator = assignment[1];
      out += `b${k}_set(${index}, ${operator === '' ? value : `b${k}_get(${index}) ${operator} (${value})`})`;
      from = end;
    }
    found.lastIndex = from;
  }
  return out + text.slice(from);
}
