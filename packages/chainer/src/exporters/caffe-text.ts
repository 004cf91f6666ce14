import type { FieldType, MessageFields } from '../protobuf/message.ts';

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Values of enumerations that the text format writes by name. */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  pool: ['MAX', 'AVE', 'STOCHASTIC'],
  operation: ['PROD', 'SUM', 'MAX'],
  phase: ['TRAIN', 'TEST'],
  normRegion: ['ACROSS_CHANNELS', 'WITHIN_CHANNEL'],
};

/** A message in protocol buffers' text format, as `.prototxt` files have it; fields in `without` are left out. */
export function toText(
  fields: MessageFields,
  message: object,
  without: readonly string[] = [],
  indent = '',
): string {
  let text = '';
  for (const [name, [, declared]] of Object.entries(fields)) {
    const value = (message as Record<string, unknown>)[name];
    if (value === undefined || without.includes(name)) continue;
    const list =
      Array.isArray(value) || ArrayBuffer.isView(value) ? [...(value as unknown as unknown[])] : [value];
    for (const item of list)
      text += `${indent}${snakeCase(name)}${one(name, declared, item, without, indent)}\n`;
  }
  return text;
}

function one(
  name: string,
  declared: FieldType,
  item: unknown,
  without: readonly string[],
  indent: string,
): string {
  const type = typeof declared === 'function' ? declared() : declared;
  if (typeof type === 'object')
    return ` {\n${toText(type, item as object, without, `${indent}  `)}${indent}}`;
  const named = enumerations[name]?.[item as number];
  return `: ${named ?? (typeof item === 'string' ? JSON.stringify(item) : String(item))}`;
}
