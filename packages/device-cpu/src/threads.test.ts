import { describe, expect, it } from 'vitest';
import { defaultThreads } from './threads.ts';

/** A machine of `processors` hardware threads, two on each core unless `siblings` says 1, with more files. */
function machine(
  processors: number,
  siblings: 1 | 2,
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const files: Record<string, string> = {
    '/proc/self/status': `Name:\tnode\nCpus_allowed_list:\t0-${processors - 1}\n`,
  };
  for (let k = 0; k < processors; k++) {
    const core = Math.floor(k / siblings) * siblings;
    files[`/sys/devices/system/cpu/cpu${k}/topology/thread_siblings_list`] =
      siblings === 1 ? `${k}\n` : `${core}-${core + 1}\n`;
  }
  const all = { ...files, ...more };
  return { env, processors, read: (path: string) => all[path] ?? null };
}

const unified = { '/proc/self/cgroup': '0::/box/inner\n' };

describe('the number of threads', () => {
  it('is that of cores, not of hardware threads', () => {
    expect(defaultThreads(machine(8, 1))).toBe(8);
    expect(defaultThreads(machine(8, 2))).toBe(4);
  });

  it('counts the cores that the process may run on', () => {
    const pinned = (list: string) => ({ '/proc/self/status': `Cpus_allowed_list:\t${list}\n` });
    expect(defaultThreads({ ...machine(8, 2, pinned('0-1,4')), processors: 3 })).toBe(2);
    expect(defaultThreads({ ...machine(8, 1, pinned('5')), processors: 1 })).toBe(1);
  });

  it('is that of processors where the system does not tell', () => {
    expect(defaultThreads({ env: {}, processors: 6, read: () => null })).toBe(6);
  });

  it('follows OMP_NUM_THREADS, of whose list the first number counts here', () => {
    expect(defaultThreads(machine(8, 1, {}, { OMP_NUM_THREADS: '3' }))).toBe(3);
    expect(defaultThreads(machine(8, 1, {}, { OMP_NUM_THREADS: '4,2' }))).toBe(4);
    expect(defaultThreads(machine(2, 1, {}, { OMP_NUM_THREADS: '5' }))).toBe(5);
    for (const text of ['', 'many', '0', '-2'])
      expect(defaultThreads(machine(8, 1, {}, { OMP_NUM_THREADS: text }))).toBe(8);
  });

  it('keeps to the quota of the control group, version 2, at whatever level it is set', () => {
    const max = (folder: string, text: string) => ({ ...unified, [`/sys/fs/cgroup${folder}/cpu.max`]: text });
    expect(defaultThreads(machine(8, 1, max('/box/inner', '200000 100000\n')))).toBe(2);
    expect(defaultThreads(machine(8, 1, max('/box', '150000 100000\n')))).toBe(2);
    expect(defaultThreads(machine(8, 1, max('', '50000 100000\n')))).toBe(1);
    expect(defaultThreads(machine(8, 1, max('/box', 'max 100000\n')))).toBe(8);
    expect(defaultThreads(machine(8, 2, max('/box', '600000 100000\n')))).toBe(4);
  });

  it('and version 1', () => {
    const group = { '/proc/self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/box\n0::/\n' };
    const at = '/sys/fs/cgroup/cpu,cpuacct';
    const quota = (folder: string, us: number) => ({
      ...group,
      [`${at}${folder}/cpu.cfs_quota_us`]: `${us}\n`,
      [`${at}${folder}/cpu.cfs_period_us`]: '100000\n',
    });
    expect(defaultThreads(machine(8, 1, quota('/box', 300000)))).toBe(3);
    expect(defaultThreads(machine(8, 1, quota('', 100000)))).toBe(1);
    expect(defaultThreads(machine(8, 1, quota('/box', -1)))).toBe(8);
  });
});
