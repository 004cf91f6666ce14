let table: Uint32Array | null = null;

/** Checksums of single bytes, by the polynomial of Castagnoli, bits reversed. */
function ofBytes(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
}

/** CRC-32C of bytes (RFC 3720). */
export function crc32c(bytes: Uint8Array): number {
  table ??= ofBytes();
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] as number);
  return ~crc >>> 0;
}

/** The checksum as records hold it: turned and moved, since checksums of bytes that hold checksums are weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
