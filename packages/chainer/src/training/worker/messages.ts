/** What page and worker say to each other. */

/** One end of a line between two threads: a `Worker`, a worker's own `self`, a `MessagePort`. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  /** Ports of a `MessageChannel` wait for it. */
  start?(): void;
}

/** Calls `receive` with what comes. */
export function listen(port: Port, receive: (message: unknown) => void): void {
  port.addEventListener('message', (event) => receive((event as Event & { readonly data: unknown }).data));
  port.start?.();
}

/** The page asks; each request gets one answer. */
export interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The worker answers, or tells something unasked. */
export type Message =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly event: string; readonly detail: unknown };
