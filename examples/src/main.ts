// The menu: `npm run example` lists the programs, `npm run example -- NAME [OPTIONS]` runs one.

import { examples } from './examples.ts';

const [name, ...args] = process.argv.slice(2);
const chosen = examples.find((e) => e.name === name);
if (name === undefined || name === '--help' || name === '-h') {
  console.log(
    'npm run example -- NAME [OPTIONS]   (--help after the name lists the options, --quick runs a small form)\n',
  );
  for (const e of examples) console.log(`  ${e.name.padEnd(20)} ${e.about}`);
} else if (chosen === undefined) {
  console.error(`There is no example '${name}'; there are ${examples.map((e) => e.name).join(', ')}`);
  process.exitCode = 1;
} else {
  try {
    await chosen.run(args);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    if (process.env.CHAINER_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
