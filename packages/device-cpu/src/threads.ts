import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** What the number of threads is derived from; the machine's own unless a test gives another. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Processors that the system lets this process run on. */
  readonly processors: number;
  /** Text of a file, or null where there is none. */
  read(path: string): string | null;
}

const here: Surroundings = {
  get env() {
    return process.env;
  },
  get processors() {
    return availableParallelism();
  },
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null; // another system, or another version of it: there is no such limit
    }
  },
};

/**
 * How many threads kernels use unless told otherwise: `OMP_NUM_THREADS` where it is set, else one for each core that the process may
 * run on, and no more than its control group (a container's `--cpus`) lets it keep busy. Two hardware threads of one core count once:
 * they share its arithmetic units.
 */
export function defaultThreads(around: Surroundings = here): number {
  const asked = Number.parseInt(around.env.OMP_NUM_THREADS ?? '', 10);
  if (asked > 0) return asked;
  const cores = coresOf(around) ?? around.processors;
  return Math.max(1, Math.min(cores, around.processors, Math.ceil(quotaOf(around))));
}

/** Distinct cores behind the processors that this process may use, or null where the system does not tell. */
function coresOf({ read }: Surroundings): number | null {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status') ?? '')?.[1];
  if (allowed === undefined) return null;
  const cores = new Set<string>();
  for (const processor of listed(allowed)) {
    const siblings = read(`/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`);
    if (siblings === null) return null;
    cores.add(siblings.trim());
  }
  return cores.size;
}

/** Numbers of a list like `0-3,8`. */
function listed(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}

/** Processors' worth of time that the control group and those around it grant, in version 2 or 1; infinite without a limit. */
function quotaOf({ read }: Surroundings): number {
  let least = Number.POSITIVE_INFINITY;
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers = '', path] = line.split(':');
    if (path === undefined || !(controllers === '' || controllers.split(',').includes('cpu'))) continue;
    // Inside a container the group's own folder is mounted as the root, so each level up to the root is looked at.
    for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
      if (folder === '/') folder = '';
      least = Math.min(least, controllers === '' ? quota2(read, folder) : quota1(read, controllers, folder));
      if (folder === '') break;
    }
  }
  return least;
}

function quota2(read: Surroundings['read'], folder: string): number {
  const [quota, period] = (read(`/sys/fs/cgroup${folder}/cpu.max`) ?? 'max').trim().split(' ').map(Number);
  return quota !== undefined && quota > 0 && period ? quota / period : Number.POSITIVE_INFINITY;
}

function quota1(read: Surroundings['read'], controllers: string, folder: string): number {
  const at = `/sys/fs/cgroup/${controllers}${folder}`;
  const quota = Number(read(`${at}/cpu.cfs_quota_us`) ?? -1);
  const period = Number(read(`${at}/cpu.cfs_period_us`) ?? 0);
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}
