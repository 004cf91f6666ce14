import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import { runnerImport } from 'vite';
import { type Measurement, print, summary } from '../measure.ts';
import type { WorkloadOptions } from '../workloads.ts';

/** What the page runs, and how long its measurements are: `page/work.ts` says what each is. */
const works = {
  mlp: { name: 'mlp784-1000-1000-10 b100 adam', steps: 30 },
  mlp_small: { name: 'mlp4-50-50-2 b32 adam', steps: 200 },
  gemm256: { name: 'gemm 256', steps: 50 },
  gemm1024: { name: 'gemm 1024', steps: 20 },
  conv: { name: 'conv 64→64 3×3 b4 56×56 forward', steps: 20 },
  conv_grads: { name: 'conv 64→64 3×3 b4 56×56 forward, gradients', steps: 20 },
  cnn: { name: 'cnn 28×28 16-32-10 b32 adam', steps: 30 },
} as const;

const libraries = ['ours', 'tfjs-webgpu', 'jax-js'] as const;
/** What a library's steps of a piece of work may take together. */
const milliseconds = 2000;

/** What `page/main.ts` answers. */
interface Taken {
  readonly library: string;
  readonly times: readonly number[];
  readonly first: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly value: unknown;
}

const root = new URL('../../../', import.meta.url);

/** @throws {Error} that names what there is, if there is no such thing. */
function known(option: string, names: readonly string[] | null, all: readonly string[]): void {
  const unknown = names?.filter((name) => !all.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`[bench browser] ${option}: no ${unknown.join(', ')}; there are ${all.join(', ')}`);
}

/** The page's program, bundled from the sources. */
async function pageText(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('bench/page/main.ts', root))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    external: ['echarts/*', '@resvg/resvg-wasm', 'h5wasm', 'sharp', 'pbf'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text as string;
}

/** Opens the page in Chromium. @throws {Error} if there is no browser, or the page's program fails. */
async function open(): Promise<{ page: Page; close: () => Promise<void> }> {
  const { module } = await runnerImport<{
    chromiumPath: string | null;
    chromiumOptions: { executablePath: string; args: string[] };
  }>(fileURLToPath(new URL('scripts/chromium.ts', root)));
  if (module.chromiumPath === null) throw new Error('[bench browser] there is no Chromium here');
  const text = await pageText();
  const browser = await chromium.launch(module.chromiumOptions);
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`[page] ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(`[page] ${error.stack ?? error.message}`));
  const url = 'http://localhost/';
  await page.route(`${url}**`, (route) =>
    route.request().url().endsWith('main.js')
      ? route.fulfill({ contentType: 'text/javascript', body: text })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><meta charset=utf-8><script type=module src=main.js></script>',
        }),
  );
  await page.goto(url);
  await page.waitForFunction('globalThis.bench !== undefined');
  return { page, close: () => browser.close() };
}

/** Ours beside TensorFlow.js and jax-js in the same Chromium on the same adapter: a line for each library and piece of work. */
export async function browser({ only, libraries: wanted }: WorkloadOptions): Promise<void> {
  known('--only', only, Object.keys(works));
  known('--libraries', wanted, libraries);
  const { page, close } = await open();
  try {
    const adapter = await page.evaluate('bench.adapter()');
    for (const [work, { name, steps }] of Object.entries(works)) {
      if (only !== null && !only.includes(work)) continue;
      const call = JSON.stringify([work, wanted ?? libraries, { steps, milliseconds }]);
      const taken = (await page.evaluate(`bench.measure(...${call})`)) as Taken[];
      for (const { library, times, first, counts, value } of taken) {
        const line: Measurement = summary(name, times);
        print({
          ...line,
          library,
          first_ms: Math.round(first),
          ...counts,
          adapter,
          ...(typeof value === 'number' ? { loss: value } : {}),
        });
      }
    }
  } finally {
    await close();
  }
}
