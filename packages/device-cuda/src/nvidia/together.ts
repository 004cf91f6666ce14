import { type Device, type DeviceGroup, emptyOn, type NdArray } from '@chainer/xp/internal';
import { group, isCuda, NcclCommunicator } from './nccl.ts';

/** GPUs of one process that compute together: a rank of NCCL's for each. */
class NcclGroup implements DeviceGroup {
  private readonly ranks: readonly NcclCommunicator[];

  constructor(devices: readonly Device[]) {
    this.ranks = NcclCommunicator.initAll(devices);
  }

  sum(lists: readonly (readonly NdArray[])[]): NdArray[] {
    const sums = lists.map(([x]) =>
      emptyOn((x as NdArray).device, (x as NdArray).shape, (x as NdArray).dtype),
    );
    // Ranks other than the root receive nothing: what stands there is not looked at.
    this.each(lists, (rank, x, i) => rank.reduce(x, rank.rankId() === 0 ? (sums[i] as NdArray) : x, 0));
    return sums;
  }

  share(lists: readonly (readonly NdArray[])[]): void {
    this.each(lists, (rank, x) => rank.bcast(x, 0));
  }

  /** All in one group, so that NCCL may join small arrays. */
  private each(
    lists: readonly (readonly NdArray[])[],
    call: (rank: NcclCommunicator, x: NdArray, list: number) => void,
  ): void {
    if (lists.length === 0) return;
    group(() => {
      for (const [i, list] of lists.entries())
        for (const [k, x] of list.entries()) call(this.ranks[k] as NcclCommunicator, x, i);
    });
  }
}

/** Groups by the devices' slots: making one takes long, so they stay. */
const groups = new Map<string, NcclGroup>();

/** The group of some devices; null where one is no GPU, or without NCCL. */
export function groupOf(devices: readonly Device[]): DeviceGroup | null {
  if (!devices.every((d) => isCuda(d) && d.libraries.find('nccl').library !== null)) return null;
  const key = devices.map((d) => d.slot).join();
  let known = groups.get(key);
  if (known === undefined) {
    known = new NcclGroup(devices);
    groups.set(key, known);
  }
  return known;
}
