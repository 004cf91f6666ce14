import { IndexError, ValueError } from '../errors.ts';
import { type Index, Slice } from './grammar.ts';

const known = new Map<string, readonly Index[]>();

/** Indices written as text: `'1:3'`, `'::-1'`, `'...'`, `'None'`, `'2'`, or several with commas. Parsed once per text. */
export function parseIndices(text: string, who: string): readonly Index[] {
  let parsed = known.get(text);
  if (parsed === undefined) {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
    parsed = parts.map((part) => parseOne(part, text, who));
    if (known.size > 1000) known.clear();
    known.set(text, parsed);
  }
  return parsed;
}

function parseOne(part: string, text: string, who: string): Index {
  if (part === '...') return '...';
  if (part === 'None' || part === 'null' || part === 'newaxis') return null;
  if (/^[+-]?\d+$/.test(part)) return Number(part);
  const bounds = part.split(':').map((bound) => bound.trim());
  if ((bounds.length === 2 || bounds.length === 3) && bounds.every((bound) => /^([+-]?\d+)?$/.test(bound))) {
    const [start, stop, step] = bounds.map((bound) => (bound === '' ? null : Number(bound)));
    if (step === 0)
      throw new ValueError(`[${who}] the step of a slice cannot be 0, got ${JSON.stringify(part)}`);
    return new Slice(start ?? null, stop ?? null, step ?? null);
  }
  throw new IndexError(
    `[${who}] cannot read index ${JSON.stringify(part)} in ${JSON.stringify(text)}; expected forms such as '2', '1:3', '::-1', '...', 'None'`,
  );
}
