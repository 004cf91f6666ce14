import { parseArgs } from 'node:util';
import { loadApi } from './api.ts';
import { caseFiles } from './files.ts';
import { none, noteStray, runFiles, text } from './run.ts';

const usage = `npm run conformance -- DIR [--device js|cpu|webgpu|cuda] [--browser] [--list failed|unsupported|passed] [--only TEXT]

Runs every case file below DIR against this implementation.
  --device NAME   where arrays live (default: the library's own choice)
  --browser       in a page of headless Chromium, on js or webgpu
  --list STATUS   name the cases of that status, with the reason in one line
  --only TEXT     only cases whose suite/group/id contains TEXT
`;

process.on('unhandledRejection', noteStray);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      device: { type: 'string' },
      browser: { type: 'boolean', default: false },
      list: { type: 'string' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const { device, browser, list, only, help } = values;
  const [folder, ...more] = positionals;
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (folder === undefined || more.length > 0 || (list !== undefined && !(list in none()))) {
    process.stderr.write(usage);
    return 2;
  }
  const start = performance.now();
  const files = caseFiles(folder);
  if (files.length === 0) throw new Error(`there is no case file below ${folder}`);
  const settings = { list, only };
  const { total, where } = browser
    ? await (await import('./browser.ts')).runInBrowser(folder, device ?? 'webgpu', settings)
    : await here(files, device ?? null, settings);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`device ${where}, ${files.length} files, ${seconds} s`);
  console.log(text(total));
  return total.failed === 0 ? 0 : 1;
}

async function here(
  files: readonly string[],
  device: string | null,
  settings: Parameters<typeof runFiles>[2],
) {
  const api = await loadApi(device);
  return { total: await runFiles(files, api, settings), where: api.device };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? `conformance: ${error.message}` : error);
  process.exitCode = 2;
}
