import type { Link } from './link.ts';

/** One call of a link, as hooks see it. */
export interface LinkCall {
  readonly link: Link;
  readonly forwardName: string;
  readonly args: readonly unknown[];
  /** The result, after the call. */
  readonly out?: unknown;
}

/** Watches or changes links as they are applied. */
export abstract class LinkHook {
  abstract readonly name: string;
  added(_link: Link | null): void {}
  deleted(_link: Link | null): void {}
  forwardPreprocess(_call: LinkCall): void {}
  forwardPostprocess(_call: LinkCall): void {}
}

/** Hooks that are active for every link. */
export const activeLinkHooks: LinkHook[] = [];

/** Runs `body` with a link hook active. @throws {Error} if one of that name is active already. */
export function usingLinkHook<T>(hook: LinkHook, body: () => T): T {
  if (activeLinkHooks.some((h) => h.name === hook.name))
    throw new Error(`[usingLinkHook] a link hook named '${hook.name}' is active already`);
  activeLinkHooks.push(hook);
  hook.added(null);
  try {
    return body();
  } finally {
    activeLinkHooks.splice(activeLinkHooks.indexOf(hook), 1);
    hook.deleted(null);
  }
}
