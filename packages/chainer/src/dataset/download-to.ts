import { exists, files } from '../files.ts';

/** How a download tells its progress: bytes so far, and of how many where the server says so. */
export type Progress = (received: number, total: number | null) => void;

/** How long a server may be silent. */
const silence = 20_000;

/** What the bytes of an unfinished download are of; kept beside them. */
interface Mark {
  readonly url: string;
  /** The server's name for this very content: `ETag`, or the time when it changed. */
  readonly validator: string;
}

/** The server answered, but not with the file: trying again would not help. */
class Refused extends Error {}

/**
 * Downloads a file, going on where an earlier try (also of another process) stopped: as long as every try gets further than those
 * before. What is there is asked for by the server's own mark of the content, so that parts of two contents never mix; a server that
 * knows no ranges sends all of it again.
 *
 * @param part where the bytes are gathered; `part` and `part.json` stay behind where it fails.
 * @throws {Error} that names the URL and what went wrong.
 */
export async function downloadTo(url: string, part: string, progress: Progress | null = null): Promise<void> {
  const { fs } = await files('download');
  let furthest = 0;
  for (;;) {
    let reached = 0;
    try {
      await attempt(url, part, (received, total) => {
        reached = received;
        progress?.(received, total);
      });
      await fs.rm(`${part}.json`, { force: true });
      return;
    } catch (error) {
      if (!(error instanceof Refused) && reached > furthest) {
        furthest = reached;
        continue;
      }
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
      const kept = (await markOf(part)) === null ? '' : `; the next try goes on after ${furthest} bytes`;
      throw new Error(`[download] ${url}: ${why}${furthest > 0 ? kept : ''}`, { cause: error });
    }
  }
}

async function markOf(part: string): Promise<Mark | null> {
  const { fs } = await files('download');
  try {
    return JSON.parse(await fs.readFile(`${part}.json`, 'utf8')) as Mark;
  } catch {
    // None, or cut off: nothing is known of the bytes then, and they are asked for anew.
    return null;
  }
}

async function attempt(url: string, part: string, progress: Progress): Promise<void> {
  const { fs } = await files('download');
  const mark = await markOf(part);
  const size = mark?.url === url && (await exists(part)) ? (await fs.stat(part)).size : 0;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (mark !== null && size > 0) {
    headers.range = `bytes=${size}-`;
    headers['if-range'] = mark.validator;
  }
  const stop = new AbortController();
  const wait = (what: string) =>
    setTimeout(() => stop.abort(new Error(`${what} ${silence / 1000} s`)), silence);
  let timer = wait('no answer in');
  try {
    const response = await fetch(url, { signal: stop.signal, headers });
    if (response.status === 416) {
      // There is no such range: all of it is here, or it is of something else.
      const whole = Number(/\*\/(\d+)/.exec(response.headers.get('content-range') ?? '')?.[1] ?? -1);
      await response.body?.cancel();
      if (whole === size) return;
      await fs.rm(`${part}.json`, { force: true });
      return await attempt(url, part, progress);
    }
    if (!response.ok || response.body === null)
      throw new Refused(`the server answered ${response.status} ${response.statusText}`);
    const range = /bytes (\d+)-\d+\/(\d+)/.exec(response.headers.get('content-range') ?? '');
    const goesOn = response.status === 206 && Number(range?.[1]) === size;
    if (response.status === 206 && !goesOn)
      throw new Refused(`the server answered bytes ${range?.[1]} on, asked for ${size} on`);
    let at = goesOn ? size : 0;
    const length = Number(response.headers.get('content-length'));
    const total = goesOn ? Number(range?.[2]) : length > 0 ? length : null;
    if (!goesOn) await leaveMark(part, url, response.headers);
    const handle = await fs.open(part, goesOn ? 'r+' : 'w');
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        await handle.write(chunk, 0, chunk.length, at);
        at += chunk.length;
        clearTimeout(timer);
        timer = wait('nothing came for');
        progress(at, total);
      }
      if (total !== null && at !== total)
        throw new Error(`the connection ended after ${at} of ${total} bytes`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Notes what the bytes will be of, if the server says so. */
async function leaveMark(part: string, url: string, headers: Headers): Promise<void> {
  const { fs } = await files('download');
  const tag = headers.get('etag');
  const validator = tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
  if (validator === null) await fs.rm(`${part}.json`, { force: true });
  else await fs.writeFile(`${part}.json`, JSON.stringify({ url, validator } satisfies Mark));
}
