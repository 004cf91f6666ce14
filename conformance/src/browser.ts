import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';
import type { Counts, Settings } from './run.ts';

const root = new URL('../../', import.meta.url);
const page = (name: string) => fileURLToPath(new URL(`conformance/page/${name}`, root));

/** The runner as a page has it: Node's modules are those of `page/node`, over files that came with the page. */
async function program(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [page('main.ts')],
    bundle: true,
    minify: false,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    external: ['echarts/*', '@resvg/resvg-wasm', 'sharp'],
    alias: {
      'node:fs': page('node/fs.ts'),
      'node:fs/promises': page('node/fs-promises.ts'),
      'node:os': page('node/os.ts'),
      'node:path': page('node/path.ts'),
      'node:zlib': page('node/zlib.ts'),
    },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text as string;
}

/** Paths of all files below a folder, with slashes. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll(sep, '/'))
    .map((path) => path.replace(/^\//, ''))
    .sort();

/** Runs the case files below a folder in a page of Chromium. @throws {Error} if there is no browser, or the page fails. */
export async function runInBrowser(
  folder: string,
  device: string,
  settings: Settings,
): Promise<{ total: Counts; where: string }> {
  const { module } = await runnerImport<{
    chromiumPath: string | null;
    chromiumOptions: { executablePath: string; args: string[] };
  }>(fileURLToPath(new URL('scripts/chromium.ts', root)));
  if (module.chromiumPath === null) throw new Error('there is no Chromium here');
  const text = await program();
  const browser = await chromium.launch(module.chromiumOptions);
  try {
    const tab = await browser.newPage();
    tab.on('console', (message) => {
      if (message.type() === 'log') console.log(message.text());
    });
    const url = 'http://localhost/';
    await tab.route(`${url}**`, (route) => {
      const path = decodeURIComponent(new URL(route.request().url()).pathname.slice(1));
      if (path === 'main.js') return route.fulfill({ contentType: 'text/javascript', body: text });
      if (path.startsWith('cases/'))
        return route.fulfill({ body: readFileSync(join(folder, path.slice('cases/'.length))) });
      return route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script type=module src=main.js></script>',
      });
    });
    // What the program itself throws ends the run; what its cases throw it catches.
    const failed = new Promise<never>((_, reject) => {
      tab.once('pageerror', (error) => reject(new Error(`the page's program failed: ${error.message}`)));
    });
    failed.catch(() => {});
    await Promise.race([tab.goto(url), failed]);
    await Promise.race([tab.waitForFunction('globalThis.conformance !== undefined'), failed]);
    const call = JSON.stringify([filesBelow(folder), device, settings]);
    return (await tab.evaluate(`conformance(...${call})`)) as { total: Counts; where: string };
  } finally {
    await browser.close();
  }
}
