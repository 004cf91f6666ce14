import { ValueError } from '../errors.ts';
import { deflate, inflate } from './deflate.ts';

/** Zip archives as far as `.npz` files need them: stored and deflated members, sizes beyond 4 GB when reading. */

/** A member of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Its content, with the checksum verified. @throws {ValueError} if it is damaged. */
  read(): Uint8Array;
}

const local = 0x04034b50;
const central = 0x02014b50;
const end = 0x06054b50;
const end64 = 0x06064b50;
const locator64 = 0x07064b50;

/** Whether bytes begin as a zip archive does (also an empty one). */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/**
 * The members of an archive, in order of its directory.
 *
 * @param where names the file in errors.
 * @throws {ValueError} for an archive that is cut off or damaged.
 */
export function readZip(bytes: Uint8Array, where: string): ZipMember[] {
  const fail = (what: string) => new ValueError(`${where} ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const { count, start } = directory(view, fail);
    const members: ZipMember[] = [];
    let at = start;
    for (let i = 0; i < count; i++) {
      if (view.getUint32(at, true) !== central)
        throw fail(`has a damaged directory (entry ${i + 1} of ${count})`);
      const entry = directoryEntry(view, bytes, at);
      members.push({
        name: entry.name,
        read: () => readMember(view, bytes, entry, `${where} entry '${entry.name}'`),
      });
      at = entry.next;
    }
    return members;
  } catch (error) {
    if (error instanceof RangeError) throw fail('is cut off or damaged: its directory points outside of it');
    throw error;
  }
}

/** Where the directory begins and how many entries it has, from the record at the end of the archive. */
function directory(view: DataView, fail: (what: string) => Error): { count: number; start: number } {
  const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) !== end) continue;
    const count = view.getUint16(at + 10, true);
    const start = view.getUint32(at + 16, true);
    const wide = at >= 20 && view.getUint32(at - 20, true) === locator64;
    if (!wide || (count !== 0xffff && start !== 0xffffffff)) return { count, start };
    const record = Number(view.getBigUint64(at - 12, true));
    if (view.getUint32(record, true) !== end64) throw fail('has a damaged zip64 directory');
    return {
      count: Number(view.getBigUint64(record + 32, true)),
      start: Number(view.getBigUint64(record + 48, true)),
    };
  }
  throw fail('is cut off or no zip archive: it has no directory at its end');
}

interface DirectoryEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly next: number;
}

function directoryEntry(view: DataView, bytes: Uint8Array, at: number): DirectoryEntry {
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const flags = view.getUint16(at + 8, true);
  const extraStart = at + 46 + nameLength;
  // Sizes that need 64 bits stand in the extra field, in this order.
  const wide = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  for (let e = extraStart; e + 4 <= extraStart + extraLength; e += 4 + view.getUint16(e + 2, true)) {
    if (view.getUint16(e, true) !== 1) continue;
    let next = e + 4;
    for (let k = 0; k < 3; k++) {
      if (wide[k] !== 0xffffffff) continue;
      wide[k] = Number(view.getBigUint64(next, true));
      next += 8;
    }
  }
  return {
    name: new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(bytes.subarray(at + 46, extraStart)),
    flags,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    size: wide[0] as number,
    packed: wide[1] as number,
    offset: wide[2] as number,
    next: extraStart + extraLength + view.getUint16(at + 32, true),
  };
}

function readMember(view: DataView, bytes: Uint8Array, entry: DirectoryEntry, where: string): Uint8Array {
  const fail = (what: string) => new ValueError(`${where} ${what}`);
  const { offset, packed, size, method } = entry;
  if (entry.flags & 1) throw fail('is encrypted');
  if (method !== 0 && method !== 8)
    throw fail(`is compressed by method ${method}; stored and deflated members can be read`);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== local)
    throw fail('is not where the directory says');
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) {
    throw fail(`is cut off: ${packed} bytes were announced, ${Math.max(0, bytes.length - start)} are there`);
  }
  const raw = bytes.subarray(start, start + packed);
  let content = raw;
  if (method === 8) {
    try {
      content = inflate(raw, size);
    } catch (error) {
      throw fail(`is damaged: ${(error as Error).message}`);
    }
  } else if (packed !== size) throw fail(`is damaged: it is stored in ${packed} bytes but has ${size}`);
  const crc = crc32(content);
  if (crc !== entry.crc) throw fail(`is damaged: its checksum is ${hex(crc)} instead of ${hex(entry.crc)}`);
  return content;
}

const hex = (x: number) => x.toString(16).padStart(8, '0');

/**
 * An archive of members, in order.
 *
 * @throws {ValueError} beyond 4 GB, or for a name that comes twice.
 */
export function writeZip(
  members: readonly (readonly [string, Uint8Array])[],
  compress: boolean,
  who: string,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const [name, content] of members) {
    if (names.has(name)) throw new ValueError(`[${who}] two entries have the name '${name}'`);
    names.add(name);
    const packed = compress ? deflate(content) : content;
    const encoded = new TextEncoder().encode(name);
    const facts = {
      encoded,
      method: compress ? 8 : 0,
      crc: crc32(content),
      packed: packed.length,
      size: content.length,
    };
    const head = localHeader(facts);
    parts.push(head, packed);
    entries.push(centralHeader(facts, offset));
    offset += head.length + packed.length;
  }
  const directorySize = entries.reduce((n, e) => n + e.length, 0);
  if (offset + directorySize > 0xfffffffe || members.length > 0xfffe) {
    throw new ValueError(
      `[${who}] ${offset} bytes in ${members.length} entries are too many for one archive (4 GB, 65,534 entries)`,
    );
  }
  return concatenated([...parts, ...entries, endRecord(entries.length, directorySize, offset)]);
}

interface Facts {
  readonly encoded: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Fields that both headers share: version, flags, method, the zip epoch as time, checksum, sizes, length of the name. */
function common(view: DataView, at: number, f: Facts): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, 0x800, true);
  view.setUint16(at + 4, f.method, true);
  view.setUint16(at + 8, 0x21, true);
  view.setUint32(at + 10, f.crc, true);
  view.setUint32(at + 14, f.packed, true);
  view.setUint32(at + 18, f.size, true);
  view.setUint16(at + 22, f.encoded.length, true);
}

function localHeader(f: Facts): Uint8Array {
  const bytes = new Uint8Array(30 + f.encoded.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, local, true);
  common(view, 4, f);
  bytes.set(f.encoded, 30);
  return bytes;
}

function centralHeader(f: Facts, offset: number): Uint8Array {
  const bytes = new Uint8Array(46 + f.encoded.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, central, true);
  view.setUint16(4, 0x0314, true); // made on Unix
  common(view, 6, f);
  view.setUint32(38, 0o100600 * 0x10000, true); // a file that its owner may read and write
  view.setUint32(42, offset, true);
  bytes.set(f.encoded, 46);
  return bytes;
}

function endRecord(count: number, size: number, start: number): Uint8Array {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, end, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, start, true);
  return bytes;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

const crcTable = /*#__PURE__*/ Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** The checksum of zip files. */
export function crc32(bytes: Uint8Array): number {
  let c = -1;
  for (let i = 0; i < bytes.length; i++)
    c = (c >>> 8) ^ (crcTable[(c ^ (bytes[i] as number)) & 255] as number);
  return ~c >>> 0;
}
