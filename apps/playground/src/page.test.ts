import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumOptions, chromiumPath } from '../../../scripts/chromium.ts';

const root = join(import.meta.dirname, '..');
const configFile = join(root, 'vite.config.ts');

let folder = '';
let server: PreviewServer;
let browser: Browser;
let page: Page;
/** What the page said that it should not. */
const complaints: string[] = [];

/** A figure of the page, as text: `figure('Loss')`. */
const figure = (name: string) =>
  page.locator('#stats > div', { has: page.locator('dt', { hasText: name }) }).locator('dd');
const number = async (name: string) => Number.parseFloat((await figure(name).textContent()) ?? '');
const ready = () => page.waitForSelector('#status[data-phase=paused]', { timeout: 30_000 });
const trouble = () => page.locator('#trouble').textContent();
const shares = () => page.locator('#answer .share').allTextContents();

async function step(times: number): Promise<void> {
  const before = await number('Iteration');
  for (let i = 1; i <= times; i++) {
    await page.click('#step');
    await page.waitForFunction(`document.querySelector('#stats dd').textContent.startsWith('${before + i}')`);
    await ready();
  }
}

/** Draws strokes on the pad, in shares of it. */
async function draw(...points: readonly (readonly [number, number])[]): Promise<void> {
  await page.click('#clear');
  const pad = (await page.locator('#pad').boundingBox()) as {
    x: number;
    y: number;
    width: number;
    height: number;
  };
  const place = ([x, y]: readonly [number, number]) =>
    [pad.x + x * pad.width, pad.y + y * pad.height] as const;
  await page.mouse.move(...place(points[0] as [number, number]));
  await page.mouse.down();
  for (const point of points) await page.mouse.move(...place(point), { steps: 4 });
  await page.mouse.up();
  await page.waitForSelector('#answer .share');
}

async function replaceCode(change: (text: string) => string): Promise<void> {
  await page.click('#tab-code');
  const source = await readFile(join(root, 'src/models/mlp.ts'), 'utf8');
  await page.click('#editor .cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(change(source));
  await page.click('#run-code');
}

describe.skipIf(chromiumPath === null)('the playground in a browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playground-'));
    const outDir = join(folder, 'dist');
    // In a process of its own: what is published is built without this one's NODE_ENV.
    const vite = join(root, '../../node_modules/vite/bin/vite.js');
    await promisify(execFile)(
      process.execPath,
      [vite, 'build', root, '--outDir', outDir, '--logLevel', 'error'],
      {
        env: { ...process.env, NODE_ENV: 'production' },
      },
    );
    server = await preview({ root, configFile, logLevel: 'error', build: { outDir }, preview: { port: 0 } });
    browser = await chromium.launch(chromiumOptions);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      acceptDownloads: true,
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    await page.goto(server.resolvedUrls?.local[0] as string);
    await ready();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('trains ten steps, and the loss falls', async () => {
    await step(1);
    const first = await number('Loss');
    await step(9);
    expect(await number('Iteration')).toBe(10);
    expect(first).toBeGreaterThan(2);
    expect(await number('Loss')).toBeLessThan(0.9 * first);
    expect(await number('Memory')).toBeGreaterThan(0);
  });

  test('tells what a drawn digit is, from pointer and keyboard', async () => {
    await draw([0.5, 0.15], [0.5, 0.85]);
    const drawn = (await shares()).map(Number.parseFloat);
    expect(drawn).toHaveLength(10);
    expect(drawn.reduce((a, b) => a + b)).toBeCloseTo(100, 0);
    await page.click('#clear');
    await page.waitForSelector('#answer .hint');
    await page.focus('#pad');
    for (const key of [' ', ...new Array(8).fill('ArrowDown'), ' ']) await page.keyboard.press(key);
    await page.waitForSelector('#answer .share');
  });

  test('saves weights, starts over, and loads them again', async () => {
    await draw([0.3, 0.2], [0.7, 0.2], [0.4, 0.85]);
    await expect.poll(shares).not.toEqual([]);
    const before = await shares();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(download.suggestedFilename()).toBe('mlp.npz');
    const file = join(folder, 'mlp.npz');
    await download.saveAs(file);
    await page.click('#restart');
    await expect.poll(() => number('Iteration')).toBe(0);
    await ready();
    await expect.poll(shares).not.toEqual(before);
    await page.setInputFiles('#load', file);
    await expect.poll(shares).toEqual(before);
  });

  test('a file that is none is refused, and nothing is lost', async () => {
    const before = await shares();
    await page.setInputFiles('#load', {
      name: 'cut.npz',
      mimeType: '',
      buffer: Buffer.from('PK not a zip file'),
    });
    await expect.poll(trouble).toContain('cut.npz');
    await step(1);
    expect(await number('Iteration')).toBe(1);
    expect(await shares()).toHaveLength(before.length);
  });

  test('runs edited code, shows what it logs, and keeps weights that fit', async () => {
    await replaceCode((text) =>
      text.replace(
        'const h2',
        "if (x.shape[0] > 1) console.log('hidden', h1.shape.join(' by '));\n    const h2",
      ),
    );
    const console = page.locator('#console');
    await expect.poll(() => console.textContent()).toContain('hidden 2 by 256');
    await expect.poll(() => console.textContent()).toContain('6 of 6 parameters were kept');
    await expect.poll(() => number('Iteration')).toBe(0);
    await step(1);
    await expect.poll(() => console.textContent()).toContain('hidden 64 by 256');
    expect(await trouble()).toBe('');
  });

  test('mistakes in the code are shown with their line, and the network before goes on', async () => {
    await replaceCode((text) => text.replace('return this.l3.forward(h2);', 'return this.l3.forward(h2;'));
    await expect.poll(trouble).toMatch(/model\.ts, line 14/);
    await replaceCode((text) => text.replace('new L.Linear(null, 128)', 'new L.Linear(7, 128)'));
    await expect.poll(trouble).toMatch(/7.*256.*model\.ts, line 13|256.*7.*model\.ts, line 13/s);
    const before = await number('Iteration');
    await step(1);
    expect(await number('Iteration')).toBe(before + 1);
  });

  test('draws the graph, activations and weights', async () => {
    await page.click('#tab-graph');
    await expect.poll(() => page.locator('.graph .function').count()).toBe(6);
    await expect.poll(() => page.locator('.graph').textContent()).toContain('l2/W');
    await page.click('#tab-activations');
    await expect.poll(() => page.locator('#activations canvas').count()).toBe(6);
    await page.focus('#tab-activations');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('#weights canvas').count()).toBe(3);
  });

  test('trains on WebGPU, and tells what a digit is', async () => {
    await page.click('#tab-code');
    await page.click('#reset-code');
    const device = page.locator('#setup select').first();
    await expect.poll(() => device.textContent()).toContain('WebGPU');
    await device.selectOption('webgpu');
    await expect.poll(() => page.locator('#stats').textContent(), { timeout: 20_000 }).toContain('on webgpu');
    await ready();
    await step(1);
    const first = await number('Loss');
    await step(9);
    expect(await number('Loss')).toBeLessThan(0.9 * first);
    await page.click('#example');
    await expect.poll(async () => (await shares()).length).toBe(10);
    expect(await trouble()).toBe('');
    // Now the graphics process dies: the page says so, and goes on with the weights on a new device.
    await page.click('#train');
    await expect.poll(() => number('Iteration'), { timeout: 20_000 }).toBeGreaterThan(26);
    const crash = await browser.newBrowserCDPSession();
    await crash.send('Browser.crashGpuProcess');
    await page.waitForSelector('#status[data-phase=failed]', { timeout: 20_000 });
    expect(await trouble()).toContain('lost');
    // The browser may say so, too; it has nothing else to say.
    expect(complaints.filter((text) => !/gpu|lost/i.test(text))).toEqual([]);
    complaints.length = 0;
    await page.click('#run-code');
    await ready();
    await expect.poll(() => page.locator('#console').textContent()).toContain('6 of 6 parameters were kept');
    await expect.poll(() => number('Iteration')).toBe(0);
    await step(2);
    expect(await number('Loss')).toBeLessThan(0.7 * first);
    await device.selectOption('js');
    await expect.poll(() => page.locator('#stats').textContent()).toContain('on js');
    await ready();
  }, 120_000);

  test('goes on without a network', async () => {
    await page.context().setOffline(true);
    await page.click('label:has(input[value=vae])');
    await ready();
    await step(1);
    await page.click('#example');
    await page.waitForSelector('#remade:not([hidden]) canvas');
    await page.click('label:has(input[value=cnn])');
    await ready();
    await step(1);
    await page.click('#tab-code');
    await expect.poll(() => page.locator('#editor').textContent()).toContain('Convolution2D');
    await page.context().setOffline(false);
  });

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  test('complained about nothing', () => expect(complaints).toEqual([]));
});
