import { PbfReader, PbfWriter } from 'pbf';

/**
 * What a field holds: a text, bytes, an integer (also of enumerations), a truth value, a float, a double; lists of numbers, which are
 * packed; or a message.
 */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'int'
  | 'bool'
  | 'float'
  | 'double'
  | 'ints'
  | 'floats'
  | 'doubles'
  | MessageFields
  | (() => MessageFields);

/** A field: its number, its type, and whether it is repeated. */
export type Field = readonly [tag: number, type: FieldType, repeated?: 'list'];

/** A message type by the names of its fields. What is not listed is skipped when read. */
export interface MessageFields {
  readonly [name: string]: Field;
}

type Value<T> = T extends 'string'
  ? string
  : T extends 'bytes'
    ? Uint8Array
    : T extends 'bool'
      ? boolean
      : T extends 'int' | 'float' | 'double'
        ? number
        : T extends 'ints'
          ? readonly number[]
          : T extends 'floats'
            ? Float32Array
            : T extends 'doubles'
              ? Float64Array
              : T extends MessageFields
                ? Message<T>
                : unknown;

/** A message as a record. Fields that were not in the file, or are not to be written, are missing. */
export type Message<F> = {
  readonly [K in keyof F]?: F[K] extends readonly [number, infer T, 'list']
    ? readonly Value<T>[]
    : F[K] extends readonly [number, infer T]
      ? Value<T>
      : never;
};

type Content = Record<string, unknown>;

const resolve = (type: FieldType): Exclude<FieldType, () => MessageFields> =>
  typeof type === 'function' ? type() : type;

const widths = { floats: 4, doubles: 8 } as const;

/** Wire types: a varint, eight bytes, a length and bytes, four bytes. */
const wire = { varint: 0, eight: 1, bytes: 2, four: 5 } as const;

class Decoder {
  private readonly reader: PbfReader;
  private readonly who: string;

  constructor(who: string, bytes: Uint8Array) {
    this.who = who;
    this.reader = new PbfReader(bytes);
  }

  message(fields: MessageFields, end: number, into: Content = {}): Content {
    const byTag = new Map(Object.entries(fields).map(([name, field]) => [field[0], { name, field }]));
    const { reader } = this;
    while (reader.pos < end) {
      const tag = reader.nextField(end);
      const known = byTag.get(tag);
      if (tag === 0) break;
      const [, declared, repeated] = known?.field ?? [];
      if (known === undefined || declared === undefined) {
        this.skip();
      } else {
        const type = resolve(declared);
        const before = into[known.name];
        const value = this.value(known.name, type, before);
        into[known.name] = repeated === 'list' ? [...((before as unknown[]) ?? []), value] : value;
      }
      if (reader.pos > end) this.fail('a field reaches beyond its end');
    }
    return into;
  }

  private fail(what: string): never {
    throw new Error(`[${this.who}] the file is incomplete or damaged: ${what} (byte ${this.reader.pos})`);
  }

  private skip(): void {
    const { type } = this.reader;
    if (type !== wire.varint && type !== wire.eight && type !== wire.bytes && type !== wire.four)
      this.fail(`there is no field type ${type}`);
    this.reader.skip(type);
  }

  private expect(name: string, type: number): void {
    if (this.reader.type !== type)
      this.fail(`field '${name}' has wire type ${this.reader.type}, expected ${type}`);
  }

  /** Position behind a field with a length. */
  private lengthEnd(): number {
    const { reader } = this;
    const end = reader.readVarint() + reader.pos;
    if (end > reader.length)
      this.fail(`a field of ${end - reader.pos} bytes, but ${reader.length - reader.pos} are left`);
    return end;
  }

  private value(name: string, type: Exclude<FieldType, () => MessageFields>, before: unknown): unknown {
    const { reader } = this;
    if (typeof type === 'object') {
      this.expect(name, wire.bytes);
      return this.message(type, this.lengthEnd());
    }
    switch (type) {
      case 'string': {
        const bytes = this.bytes(name);
        return new TextDecoder().decode(bytes);
      }
      case 'bytes':
        return this.bytes(name);
      case 'int':
        this.expect(name, wire.varint);
        return reader.readVarint(true);
      case 'bool':
        this.expect(name, wire.varint);
        return reader.readBoolean();
      case 'float':
        this.expect(name, wire.four);
        return this.fixed(4, () => reader.readFloat());
      case 'double':
        this.expect(name, wire.eight);
        return this.fixed(8, () => reader.readDouble());
      case 'ints':
        return this.integers(name, (before as number[] | undefined) ?? []);
      default:
        return this.floats(name, type, before as Float32Array | Float64Array | undefined);
    }
  }

  private fixed(width: number, read: () => number): number {
    if (this.reader.pos + width > this.reader.length) this.fail(`${width} bytes are missing`);
    return read();
  }

  private bytes(name: string): Uint8Array {
    this.expect(name, wire.bytes);
    const { reader } = this;
    const end = this.lengthEnd();
    const bytes = reader.buf.subarray(reader.pos, end);
    reader.pos = end;
    return bytes;
  }

  private integers(name: string, list: number[]): number[] {
    const { reader } = this;
    if (reader.type === wire.varint) list.push(reader.readVarint(true));
    else {
      this.expect(name, wire.bytes);
      const end = this.lengthEnd();
      while (reader.pos < end) list.push(reader.readVarint(true));
    }
    return list;
  }

  /** Packed floats are copied as they lie; single ones, of old writers, are appended. */
  private floats(
    name: string,
    type: 'floats' | 'doubles',
    before: Float32Array | Float64Array | undefined,
  ): Float32Array | Float64Array {
    const { reader } = this;
    const width = widths[type];
    const List = type === 'floats' ? Float32Array : Float64Array;
    let made: Float32Array | Float64Array;
    if (reader.type === wire.bytes) {
      const bytes = this.bytes(name);
      if (bytes.length % width !== 0)
        this.fail(`'${name}' has ${bytes.length} bytes, not a multiple of ${width}`);
      made = new List(new Uint8Array(bytes).buffer);
    } else {
      this.expect(name, width === 4 ? wire.four : wire.eight);
      made = List.of(this.fixed(width, () => (width === 4 ? reader.readFloat() : reader.readDouble())));
    }
    if (before === undefined) return made;
    const both = new List(before.length + made.length);
    both.set(before);
    both.set(made, before.length);
    return both;
  }
}

/**
 * Reads a protocol buffer.
 *
 * @param who name in errors
 * @throws {Error} if it ends too early or holds something else than its type says.
 */
export function decode<F extends MessageFields>(who: string, fields: F, bytes: Uint8Array): Message<F> {
  return new Decoder(who, bytes).message(fields, bytes.length) as Message<F>;
}

function writeFields(content: Content, fields: MessageFields, writer: PbfWriter): void {
  for (const [name, [tag, declared, repeated]] of Object.entries(fields)) {
    const value = content[name];
    if (value === undefined) continue;
    const type = resolve(declared);
    for (const item of repeated === 'list' ? (value as unknown[]) : [value])
      writeField(item, tag, type, writer);
  }
}

function writeField(
  value: unknown,
  tag: number,
  type: Exclude<FieldType, () => MessageFields>,
  writer: PbfWriter,
): void {
  if (typeof type === 'object') {
    writer.writeMessage(tag, (item, inner) => writeFields(item, type, inner), value as Content);
    return;
  }
  switch (type) {
    case 'string':
      return writer.writeStringField(tag, value as string);
    case 'bytes':
      return writer.writeBytesField(tag, value as Uint8Array);
    case 'int':
      return writer.writeVarintField(tag, value as number);
    case 'bool':
      return writer.writeBooleanField(tag, value as boolean);
    case 'float':
      return writer.writeFloatField(tag, value as number);
    case 'double':
      return writer.writeDoubleField(tag, value as number);
    case 'ints':
      return writer.writePackedVarint(tag, value as number[]);
    default: {
      const list = value as Float32Array | Float64Array;
      if (list.length > 0)
        writer.writeBytesField(tag, new Uint8Array(list.buffer, list.byteOffset, list.byteLength));
    }
  }
}

/** Writes a protocol buffer. */
export function encode<F extends MessageFields>(fields: F, message: Message<F>): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter();
  writeFields(message as Content, fields, writer);
  return writer.finish() as Uint8Array<ArrayBuffer>;
}
