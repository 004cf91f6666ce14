// Where worker threads begin: loads what they are for, and answers requests.
import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, thrown, type WorkerSetup } from './worker-thread.ts';

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** What a worker can be for: modules whose `serve` makes the handlers of requests. */
const roles: Readonly<
  Record<WorkerSetup['role'], () => Promise<{ serve(setup: never): Handlers | Promise<Handlers> }>>
> = {
  examples: () => import('./examples.ts'),
  replica: () => import('./replica.ts'),
  writing: () => import('./writing.ts'),
};

const { role, setup } = workerData as WorkerSetup;
const handlers: Promise<Handlers> = roles[role]().then(({ serve }) => serve(setup as never));
// It is awaited by every request, which tells what went wrong.
handlers.catch(() => {});

parentPort?.on('message', async ({ id, name, argument }) => {
  let answer: Answer;
  try {
    const handler = (await handlers)[name] as (argument: unknown) => unknown;
    answer = { id, value: await handler(argument) };
  } catch (error) {
    answer = { id, error: thrown(error) };
  }
  try {
    parentPort?.postMessage(answer);
  } catch (error) {
    // What cannot be cloned.
    parentPort?.postMessage({ id, error: thrown(error) });
  }
});
