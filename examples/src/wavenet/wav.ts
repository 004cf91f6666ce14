/** Sound: one channel, from -1 to 1, and how many samples a second has. */
export interface Sound {
  readonly samples: Float32Array;
  readonly rate: number;
}

/** Readers of a sample by format (1: integers, 3: floats) and bits. */
const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  '1/8': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/16': (view, at) => view.getInt16(at, true) / 0x8000,
  '1/24': (view, at) => ((view.getInt16(at + 1, true) << 8) + view.getUint8(at)) / 0x800000,
  '1/32': (view, at) => view.getInt32(at, true) / 0x80000000,
  '3/32': (view, at) => view.getFloat32(at, true),
  '3/64': (view, at) => view.getFloat64(at, true),
};

const extensible = 0xfffe;

/**
 * Reads a WAV file (RIFF); several channels are averaged.
 *
 * @param name what errors call it.
 * @throws {Error} for anything else, or another coding than integers and floats.
 */
export function readWav(bytes: Uint8Array, name: string): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || word(0) !== 'RIFF' || word(8) !== 'WAVE')
    throw new Error(`${name} is no WAV file: it begins with '${word(0)}', not with 'RIFF'`);
  let format: { kind: number; channels: number; rate: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [chunk, size, body] = [word(at), view.getUint32(at + 4, true), at + 8];
    if (chunk === 'fmt ' && body + 16 <= bytes.length) {
      const kind = view.getUint16(body, true);
      format = {
        // What an extensible format is stands later.
        kind: kind === extensible && body + 26 <= bytes.length ? view.getUint16(body + 24, true) : kind,
        channels: view.getUint16(body + 2, true),
        rate: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      };
    } else if (chunk === 'data') {
      if (format === null) throw new Error(`${name} has sound before it says in which format`);
      const read = readers[`${format.kind}/${format.bits}`];
      if (read === undefined || format.channels < 1)
        throw new Error(
          `${name} has ${format.channels} channels of format ${format.kind} with ${format.bits} bits; readable are ${Object.keys(readers).join(', ')}`,
        );
      const { channels, rate } = format;
      const width = format.bits / 8;
      const frames = Math.floor(Math.min(size, bytes.length - body) / (width * channels));
      const samples = Float32Array.from({ length: frames }, (_, i) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += read(view, body + (i * channels + c) * width);
        return sum / channels;
      });
      return { samples, rate };
    }
    // Chunks begin at even places.
    at = body + size + (size % 2);
  }
  throw new Error(`${name} has no sound: the chunk 'data' is missing`);
}

/** A WAV file of 16-bit integers. What is louder than 1 is cut off. */
export function writeWav({ samples, rate }: Sound): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // integers
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true); // bytes a second
  view.setUint16(32, 2, true); // bytes of a frame
  view.setUint16(34, 16, true); // bits
  word(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((x, i) => {
    view.setInt16(44 + 2 * i, Math.max(-0x8000, Math.min(0x7fff, Math.round(x * 0x8000))), true);
  });
  return bytes;
}
