import { runtimeInfo } from '@chainer/xp/functions';

/**
 * Prints what the library has found on this machine: platform, default device and why, and for each kind of device with what it
 * works, what is missing, what that costs and how to get it. What to add to a report of a problem.
 *
 * @param print - gets the text; `console.log` unless given
 * @example
 * import { printRuntimeInfo } from 'chainer';
 * let text = '';
 * await printRuntimeInfo((t) => { text = t; });
 * text.startsWith('platform: '); // true
 */
export async function printRuntimeInfo(print: (text: string) => void = console.log): Promise<void> {
  print(await runtimeInfo());
}
