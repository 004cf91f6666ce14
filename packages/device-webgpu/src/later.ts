/** Runs `body` when the running task and the continuations that wait for it have ended, so that a step that is awaited is sent whole. */
export const later: (body: () => void) => void = (() => {
  const { setImmediate } = globalThis as { setImmediate?: (body: () => void) => void };
  if (setImmediate !== undefined) return setImmediate;
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => waiting.shift()?.());
  port1.start();
  return (body) => {
    waiting.push(body);
    port2.postMessage(null);
  };
})();
