import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TupleDataset } from '../../datasets/index.ts';
import { SerialIterator } from '../../iterators/index.ts';
import { Classifier, Linear } from '../../links/index.ts';
import { SGD } from '../../optimizers/index.ts';
import { decode } from '../../protobuf/message.ts';
import { loadNpz } from '../../serializers/index.ts';
import { StandardUpdater, Trainer } from '../index.ts';
import { crc32c, maskedCrc32c } from '../tensorboard/crc32c.ts';
import { histogramOf, record } from '../tensorboard/events.ts';
import { LogReport, snapshot, TensorBoardReport } from './index.ts';

/** The records that TensorBoard's own writer makes of three events. */
const golden =
  '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c7700000000000000e6b4a6c309000000000000024010072a6a0a10' +
  '0a096d61696e2f6c6f7373150000003f0a560a01572a5109000000000000f0bf11000000000000004019000000000000084021000000000000f83f2900000000000015' +
  '403210000000000000e03f00000000000000403a100000000000000040000000000000f03f3d81be49100000000000000095fbfe1809000000000000084010ac023a02' +
  '0801b5c2fb5c';

describe('event files', () => {
  it('have the checksums of RFC 3720', () => {
    const of = (byte: (i: number) => number) => crc32c(Uint8Array.from({ length: 32 }, (_, i) => byte(i)));
    expect(of(() => 0)).toBe(0x8a9136aa);
    expect(of(() => 255)).toBe(0x62a8ab43);
    expect(of((i) => i)).toBe(0x46dd794e);
    expect(of((i) => 31 - i)).toBe(0x113fdb5c);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  it('have the bytes that TensorBoard writes', () => {
    const histo = {
      min: -1,
      max: 2,
      num: 3,
      sum: 1.5,
      sumSquares: 5.25,
      bucketLimit: Float64Array.of(0.5, 2),
      bucket: Float64Array.of(2, 1),
    };
    const events = [
      { wallTime: 1.5, fileVersion: 'brain.Event:2' },
      {
        wallTime: 2.25,
        step: 7,
        summary: {
          value: [
            { tag: 'main/loss', simpleValue: 0.5 },
            { tag: 'W', histo },
          ],
        },
      },
      { wallTime: 3, step: 300, sessionLog: { status: 1 } },
    ];
    expect(Buffer.concat(events.map(record)).toString('hex')).toBe(golden);
  });

  it('count finite values in equally wide buckets', () => {
    const h = histogramOf([0, 1, 1, 3, Number.NaN, Number.POSITIVE_INFINITY]);
    expect([h?.min, h?.max, h?.num, h?.sum, h?.sumSquares]).toEqual([0, 3, 4, 5, 11]);
    expect([...(h?.bucket ?? [])].flatMap((n, k) => (n > 0 ? [[k, n]] : []))).toEqual([
      [0, 1],
      [10, 2],
      [29, 1],
    ]);
    expect(h?.bucketLimit?.at(-1)).toBe(3);
    expect(histogramOf([2, 2])).toMatchObject({ min: 2, max: 2, num: 2 });
    expect([...(histogramOf([2, 2])?.bucket ?? [])]).toEqual([2]);
    expect(histogramOf([Number.NaN])).toBeNull();
  });
});

/** The events of a file, read by the letter of the format. */
function eventsOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const histo = { num: [3, 'double'], bucketLimit: [6, 'doubles'], bucket: [7, 'doubles'] } as const;
  const value = { tag: [1, 'string'], number: [2, 'float'], histo: [5, histo] } as const;
  const fields = {
    time: [1, 'double'],
    step: [2, 'int'],
    version: [3, 'string'],
    summary: [5, { values: [1, value, 'list'] }],
    session: [7, { status: [1, 'int'] }],
  } as const;
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
    const message = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc32c(message));
    found.push(decode('test', fields, message));
    at += length + 16;
  }
  return found;
}

describe('TensorBoardReport', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chainer-tensorboard-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const trainerTo = (epochs: number, out: string) => {
    const model = new Classifier(new Linear(2, 2));
    const data = new TupleDataset(
      array([
        [0, 1],
        [1, 0],
        [2, 1],
        [1, 2],
      ]),
      array([0, 1, 1, 0], { dtype: 'int32' }),
    );
    const optimizer = new SGD({ lr: 0.1 }).setup(model);
    const updater = new StandardUpdater(new SerialIterator(data, 2), optimizer);
    const trainer = new Trainer(updater, { stopTrigger: [epochs, 'epoch'], out });
    const log = new LogReport();
    trainer.extend(log);
    trainer.extend(new TensorBoardReport({ keys: ['main/loss'], histograms: model, folder: 'events' }));
    trainer.extend(snapshot({ filename: 'snapshot' }));
    return { trainer, log };
  };

  it('writes means and histograms, and voids what a resumed training repeats', async () => {
    const out = join(folder, 'run');
    const first = trainerTo(2, out);
    await first.trainer.run();
    const [name] = await readdir(join(out, 'events'));
    expect(name).toMatch(/^events\.out\.tfevents\.\d+\./);
    const [version, start, ...events] = eventsOf(await readFile(join(out, 'events', name as string)));
    expect(version?.version).toBe('brain.Event:2');
    expect(start?.session).toEqual({ status: 1 });
    expect(events.map(({ step }) => step)).toEqual([2, 4]);
    expect(events[0]?.time).toBeGreaterThan(Date.now() / 1000 - 600);
    events.forEach(({ summary }, i) => {
      const [loss, ...histograms] = summary?.values ?? [];
      expect(loss?.tag).toBe('main/loss');
      expect(loss?.number).toBeCloseTo(first.log.log[i]?.['main/loss'] as number, 6);
      expect(histograms.map(({ tag }) => tag)).toEqual([
        'predictor/W/data',
        'predictor/W/grad',
        'predictor/b/data',
        'predictor/b/grad',
      ]);
      expect(histograms.map(({ histo }) => histo?.num)).toEqual([4, 4, 2, 2]);
      expect(histograms[0]?.histo?.bucket?.reduce((a, b) => a + b)).toBe(4);
    });

    const second = trainerTo(3, out);
    await loadNpz(join(out, 'snapshot'), second.trainer);
    await second.trainer.run();
    const names = await readdir(join(out, 'events'));
    expect(names.length).toBe(2);
    const other = names.find((each) => each !== name) as string;
    const [, again, ...more] = eventsOf(await readFile(join(out, 'events', other)));
    expect([again?.session?.status, again?.step]).toEqual([1, 6]);
    expect(more.map(({ step }) => step)).toEqual([6]);
  });

  it('says which file it cannot write', async () => {
    const out = join(folder, 'blocked');
    await writeFile(join(folder, 'blocked'), 'a file, not a folder');
    const { trainer } = trainerTo(1, folder);
    trainer.extend(new TensorBoardReport({ folder: 'blocked' }), { name: 'other' });
    await expect(trainer.run()).rejects.toThrow(
      `[TensorBoardReport] cannot write ${join(out, 'events.out.tf')}`,
    );
  });
});
