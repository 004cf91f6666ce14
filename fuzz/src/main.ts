import { parseArgs } from 'node:util';
import { writeArrays } from './arrays/write-arrays.ts';
import { runSeed, sourceOf, type Writer } from './campaign.ts';
import { writeNetwork } from './networks/write-network.ts';
import { variantsOf } from './variants.ts';

const usage = `npm run fuzz -- [--seconds N] [--seed S] [--cases N] [--device NAME] [--only networks|arrays]

Writes random programs and compares what they compute on a device with what they compute on js, until it is stopped.
  --seconds N     stops after N seconds
  --seed S        begins with this seed (default: from the clock); each case has the next one
  --cases N       stops after N cases
  --device NAME   only this device (default: all there are but js)
  --only KIND     only networks, or only programs of array functions

A case that fails is simplified and printed as a program: save it as case.mjs in the root of the repository and run
it with node. The same seed makes the same case: npm run fuzz -- --seed S --cases 1 --only KIND
`;

const writers: Readonly<Record<string, Writer>> = { networks: writeNetwork, arrays: writeArrays };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      cases: { type: 'string' },
      device: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const amount = (name: 'seconds' | 'seed' | 'cases', otherwise: number): number => {
    const n = values[name] === undefined ? otherwise : Number(values[name]);
    if (Number.isNaN(n) || n < 0)
      throw new Error(`--${name} must be a number from 0 on, got ${values[name]}`);
    return n;
  };
  const [seconds, cases] = [
    amount('seconds', Number.POSITIVE_INFINITY),
    amount('cases', Number.POSITIVE_INFINITY),
  ];
  const first = amount('seed', Date.now() % 1e9);
  const chosen = values.only === undefined ? Object.keys(writers) : [values.only];
  for (const name of chosen)
    if (!(name in writers))
      throw new Error(`--only must be ${Object.keys(writers).join(' or ')}, got ${name}`);
  const variants = await variantsOf(values.device ?? null);
  console.log(`seeds from ${first}; ${variants.map((v) => v.name).join(', ')} against js`);

  const counts = { passed: 0, unstable: 0, failed: 0 };
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  let told = 0;
  for (let k = 0; k < cases && elapsed() < seconds; k++) {
    for (const name of chosen) {
      const { verdict, failure } = runSeed(writers[name] as Writer, first + k, variants);
      counts[verdict.status]++;
      if (failure === null) continue;
      console.log(
        `\nfailed: ${name}, seed ${failure.seed}\n${failure.message}\n\n${sourceOf(failure.simplest)}\n`,
      );
    }
    if (elapsed() - told < 10) continue;
    told = elapsed();
    console.log(`${told.toFixed(0)} s: ${k + 1} seeds, ${counts.failed} failed`);
  }
  console.log(
    `${counts.passed} passed, ${counts.unstable} unstable, ${counts.failed} failed in ${elapsed().toFixed(1)} s`,
  );
  return counts.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? `fuzz: ${error.message}` : error);
  process.exitCode = 2;
}
