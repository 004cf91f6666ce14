import { encode, type Message } from '../../protobuf/message.ts';
import { maskedCrc32c } from './crc32c.ts';

const histogram = {
  min: [1, 'double'],
  max: [2, 'double'],
  num: [3, 'double'],
  sum: [4, 'double'],
  sumSquares: [5, 'double'],
  bucketLimit: [6, 'doubles'],
  bucket: [7, 'doubles'],
} as const;

const value = { tag: [1, 'string'], simpleValue: [2, 'float'], histo: [5, histogram] } as const;
const summary = { value: [1, value, 'list'] } as const;
const sessionLog = { status: [1, 'int'] } as const;

/** What TensorFlow's `event.proto` says of an event, as far as it is written here. */
const event = {
  wallTime: [1, 'double'],
  step: [2, 'int'],
  fileVersion: [3, 'string'],
  summary: [5, summary],
  sessionLog: [7, sessionLog],
} as const;

/** One event of a file. */
export type Event = Message<typeof event>;
/** Values in buckets. */
export type Histogram = Message<typeof histogram>;
/** A named value of an event: a number or a histogram. */
export type EventValue = Message<typeof value>;

/** What stands first in each file. */
export const fileVersion = 'brain.Event:2';
/** Status of a session that begins: what the files have from its step on is void. */
export const sessionStart = 1;

/** An event as a record: length, its checksum, the message, its checksum. */
export function record(content: Event): Uint8Array {
  const message = encode(event, content);
  const bytes = new Uint8Array(message.length + 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, message.length, true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc32c(message), true);
  return bytes;
}

const buckets = 30;

/** The finite ones among values, in equally wide buckets; null where there are none. */
export function histogramOf(values: ArrayLike<number>): Histogram | null {
  let [min, max, num, sum, sumSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number;
    if (!Number.isFinite(x)) continue;
    num++;
    sum += x;
    sumSquares += x * x;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  if (num === 0) return null;
  const width = (max - min) / buckets;
  if (!(width > 0))
    return {
      min,
      max,
      num,
      sum,
      sumSquares,
      bucketLimit: Float64Array.of(max),
      bucket: Float64Array.of(num),
    };
  const bucketLimit = Float64Array.from({ length: buckets }, (_, k) =>
    k === buckets - 1 ? max : min + (k + 1) * width,
  );
  const bucket = new Float64Array(buckets);
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number;
    if (!Number.isFinite(x)) continue;
    const k = Math.min(buckets - 1, Math.floor((x - min) / width));
    bucket[k] = (bucket[k] as number) + 1;
  }
  return { min, max, num, sum, sumSquares, bucketLimit, bucket };
}
