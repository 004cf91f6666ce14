import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchedFile } from '../datasets/found-file.ts';
import { downloadTo } from './download-to.ts';

/** 300 kB, of which no two places look alike. */
const content = Buffer.from(Uint32Array.from({ length: 75_000 }, (_, i) => Math.imul(i, 2654435761)).buffer);

/** A server that cuts the connection after so many bytes of each answer. */
interface Manners {
  after: number;
  ranges: boolean;
  tag: string | null;
  body: Buffer;
}

let folder = '';
let server: Server;
let url = '';
let manners: Manners;
let asked: (string | undefined)[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { after, ranges, tag, body } = manners;
  asked.push(request.headers.range);
  if (request.url === '/missing') {
    response.writeHead(404).end();
    return;
  }
  const wanted = /bytes=(\d+)-/.exec(request.headers.range ?? '');
  const from = ranges && wanted !== null && request.headers['if-range'] === tag ? Number(wanted[1]) : 0;
  if (from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(tag === null ? {} : { etag: tag }),
    ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  });
  // What was sent must have left before the connection is cut.
  if (rest.length > after)
    response.write(rest.subarray(0, after), () => setTimeout(() => request.socket.destroy(), 20));
  else response.end(rest);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainer-download-'));
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const begin = (given: Partial<Manners> = {}) => {
  manners = { after: 100_000, ranges: true, tag: '"one"', body: content, ...given };
  asked = [];
};

describe('a download', () => {
  it('goes on where the connection was cut', async () => {
    begin();
    const part = join(folder, 'a.part');
    const seen: number[] = [];
    await downloadTo(`${url}/a`, part, (received, total) => {
      expect(total).toBe(content.length);
      seen.push(received);
    });
    expect((await readFile(part)).equals(content)).toBe(true);
    expect(existsSync(`${part}.json`)).toBe(false);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked[0]).toBeUndefined();
    for (const range of asked.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('goes on in a later process', async () => {
    begin({ after: Number.POSITIVE_INFINITY });
    const part = join(folder, 'b.part');
    await writeFile(part, content.subarray(0, 12_345));
    await writeFile(`${part}.json`, JSON.stringify({ url: `${url}/b`, validator: '"one"' }));
    await downloadTo(`${url}/b`, part);
    expect(asked).toEqual(['bytes=12345-']);
    expect((await readFile(part)).equals(content)).toBe(true);
  });

  it('takes what an earlier one had finished', async () => {
    begin();
    const part = join(folder, 'c.part');
    await writeFile(part, content);
    await writeFile(`${part}.json`, JSON.stringify({ url: `${url}/c`, validator: '"one"' }));
    await downloadTo(`${url}/c`, part);
    expect((await readFile(part)).equals(content)).toBe(true);
    expect(asked).toEqual([`bytes=${content.length}-`]);
  });

  it('begins anew where the content has changed, or the part is of something else', async () => {
    for (const mark of [
      { url: `${url}/d`, validator: '"old"' },
      { url: `${url}/other`, validator: '"one"' },
    ]) {
      begin({ after: Number.POSITIVE_INFINITY });
      const part = join(folder, 'd.part');
      await writeFile(part, Buffer.alloc(400_000, 7));
      await writeFile(`${part}.json`, JSON.stringify(mark));
      await downloadTo(`${url}/d`, part);
      expect((await readFile(part)).equals(content)).toBe(true);
    }
  });

  it('gives up where it gets no further, and keeps what it can go on from', async () => {
    begin({ ranges: false });
    const part = join(folder, 'e.part');
    await expect(downloadTo(`${url}/e`, part)).rejects.toThrow(
      /^\[download\] http.*\/e: .*; the next try goes on after \d+ bytes$/,
    );
    expect(asked.length).toBeGreaterThan(1);
    begin({ after: Number.POSITIVE_INFINITY });
    await downloadTo(`${url}/e`, part);
    expect(asked[0]).toMatch(/^bytes=\d+-$/);
    expect((await readFile(part)).equals(content)).toBe(true);
  });

  it('never goes on without a mark of the content', async () => {
    begin({ tag: null });
    const part = join(folder, 'f.part');
    await expect(downloadTo(`${url}/f`, part)).rejects.toThrow('[download]');
    expect(asked.every((range) => range === undefined)).toBe(true);
  });

  it('does not try again what the server refuses', async () => {
    begin();
    await expect(downloadTo(`${url}/missing`, join(folder, 'g.part'))).rejects.toThrow(
      `${url}/missing: the server answered 404 Not Found`,
    );
    expect(asked.length).toBe(1);
  });
});

describe('a file of a dataset', () => {
  it('comes to its place from the first address that has it, verified', async () => {
    begin({ after: Number.POSITIVE_INFINITY });
    const place = join(folder, 'set', 'file');
    const urls = [`${url}/missing`, `${url}/bad`, `${url}/good`];
    const length = await fetchedFile(
      'test',
      place,
      urls,
      (bytes, from) => {
        if (from.endsWith('bad')) throw new Error('bad content');
        return bytes.length;
      },
      'Put it there',
    );
    expect(length).toBe(content.length);
    expect(await readdir(join(folder, 'set'))).toEqual(['file']);
    await expect(
      fetchedFile(
        'test',
        `${place}2`,
        urls.slice(0, 2),
        () => {
          throw new Error('bad content');
        },
        'Put it there',
      ),
    ).rejects.toThrow(
      /\[test\] .*file2 is not there, and could not be downloaded \(.*404.*; bad content\)\. Put it there/,
    );
    expect(await readdir(join(folder, 'set'))).toEqual(['file']);
  });
});
