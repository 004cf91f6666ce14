/** Hooks that watch links: activate one with `usingLinkHook(hook, body)`, or `link.addHook(hook)`. */
export { TimerHook } from './timer-hook.ts';
