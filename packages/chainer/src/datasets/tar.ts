/** The files of a tar archive by their names without folders. @throws {Error} if it is cut off, or no tar archive. */
export function readTar(bytes: Uint8Array, where: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    if (text(at + 257, 5) !== 'ustar' || Number.isNaN(size))
      throw new Error(`${where} is no tar archive: there is no header at byte ${at}`);
    const content = bytes.subarray(at + 512, at + 512 + size);
    const name = text(at, 100);
    if (content.length < size)
      throw new Error(`${where} is cut off: ${name} has ${content.length} bytes of ${size}`);
    const type = bytes[at + 156];
    if (type === 0 || type === 0x30) found.set(name.replace(/^.*\//, ''), content);
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return found;
}
