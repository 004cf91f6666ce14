import { createWebGpuDevice } from '@chainer/device-webgpu';
import * as xp from '@chainer/xp';
import * as chainer from 'chainer';
import { apiOf } from '../src/api.ts';
import { caseFiles } from '../src/files.ts';
import { type Counts, noteStray, runFiles, type Settings } from '../src/run.ts';
import { files } from './node/files.ts';

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  noteStray(event.reason);
});

async function deviceOf(name: string): Promise<xp.Device> {
  if (name === 'js') return xp.js;
  if (name !== 'webgpu') throw new Error(`there is no device '${name}' in a page; known: js, webgpu`);
  const device = await createWebGpuDevice();
  xp.registerDevice(device);
  return device;
}

/** Runs the cases of files that the page's server has below `cases/`. */
async function conformance(
  paths: readonly string[],
  name: string,
  settings: Settings,
): Promise<{ total: Counts; where: string }> {
  await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`cases/${path}`);
      files.set(`/cases/${path}`, new Uint8Array(await answer.arrayBuffer()));
    }),
  );
  const api = apiOf({ xp, chainer, trouble: null, paths: false }, await deviceOf(name));
  return { total: await runFiles(caseFiles('/cases'), api, settings), where: `${api.device} in Chromium` };
}

Object.assign(globalThis, { conformance });
