/** JSON as Chainer writes it: four spaces of indentation, and NaN and infinities by their names. */

/** Text of a value. @param indent spaces per level; 0: one line, as Python's `json.dumps` spaces it. */
export function toJson(value: unknown, indent = 0): string {
  const marked = JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? `\u0000${item}` : item),
    indent,
  );
  return marked
    .replaceAll('"\\u0000NaN"', 'NaN')
    .replaceAll('"\\u0000Infinity"', 'Infinity')
    .replaceAll('"\\u0000-Infinity"', '-Infinity');
}

/** The value of a text, which may hold NaN and infinities. */
export function fromJson(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000${token}"`,
  );
  return JSON.parse(marked, (_key, item: unknown) =>
    typeof item === 'string' && item.startsWith('\u0000') ? Number(item.slice(1)) : item,
  );
}
