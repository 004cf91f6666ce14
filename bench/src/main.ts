import { xp } from 'chainer';
import { alexnet } from './workloads/alexnet.ts';
import { elementwise, gemm } from './workloads/arrays.ts';
import { lstm } from './workloads/lstm.ts';
import { mlp, mlpSmall } from './workloads/mlp.ts';
import { resnet50 } from './workloads/resnet50.ts';
import { tree } from './workloads/tree.ts';

/** `npm run -s bench -- WORKLOAD…`: prints one JSON line per measurement. */
const workloads: Readonly<Record<string, () => Promise<void>>> = {
  mlp,
  mlp_small: mlpSmall,
  lstm,
  tree,
  alexnet,
  resnet50,
  elementwise,
  gemm,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in workloads));
if (unknown.length > 0) {
  console.error(
    `[bench] unknown workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}`,
  );
  process.exit(2);
}
xp.random.seed(0);
for (const name of wanted.length > 0 ? wanted : Object.keys(workloads))
  await (workloads[name] as () => Promise<void>)();
