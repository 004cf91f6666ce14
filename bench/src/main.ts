import { xp } from 'chainer';
import { wantKernelTimes } from './kernel-times.ts';
import { type Command, readCommand } from './options.ts';
import { type Workload, workloads } from './workloads.ts';

/** `npm run -s bench -- WORKLOAD… [--batch N] [--only A,B] [--libraries A,B] [--kernels] [--list]`: prints one JSON line per measurement. */
function command(): Command {
  try {
    return readCommand(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { names, list, kernels, ...options } = command();
if (list) {
  for (const [name, { says }] of Object.entries(workloads)) console.log(`${name.padEnd(13)} ${says}`);
} else {
  xp.random.seed(0);
  wantKernelTimes(kernels);
  for (const name of names) await (workloads[name] as Workload).run(options);
}
