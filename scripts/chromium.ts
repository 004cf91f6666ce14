import { existsSync } from 'node:fs';

/** Where Debian and its kin put the browser; `CHROMIUM` in the environment names another. */
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser that tests drive; null where there is none. */
export const chromiumPath: string | null =
  places.find((path) => path !== undefined && existsSync(path)) ?? null;

/** How it is started: as any user, with a software WebGPU adapter, speaking to nobody. */
export const chromiumOptions = {
  executablePath: chromiumPath ?? '',
  args: [
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--disable-background-networking',
  ],
};

if (chromiumPath === null)
  console.warn(
    'tests in a browser: skipped, there is no Chromium (apt-get install chromium, or set CHROMIUM to its path)',
  );
