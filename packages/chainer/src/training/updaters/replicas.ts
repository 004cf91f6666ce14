import type { Device, DeviceGroup, NdArray } from '@chainer/xp/internal';
import { copyParameters, type Link } from '../../core/link.ts';
import { Variable } from '../../core/variable.ts';

/** The group that the models' devices make, if each has one of its own and they compute together. */
function groupOf(devices: readonly Device[]): DeviceGroup | null {
  const [first] = devices;
  return new Set(devices).size < devices.length ? null : (first?.together?.(devices) ?? null);
}

/** Whether arrays go through a group as they are. */
function alike(list: readonly (NdArray | null)[]): list is readonly NdArray[] {
  const [first] = list;
  return list.every((x) => x?.contiguous && x.dtype === first?.dtype && x.dtype.kind === 'f' && x.size > 0);
}

/** Devices of models, told by a parameter that all have initialised; null: there is none. */
function devicesOf(lists: readonly (readonly NdArray[])[]): readonly Device[] | null {
  return lists[0]?.map((x) => x.device) ?? null;
}

/** What the models have at each path, those first that a group takes. */
function sorted(
  models: readonly Link[],
  of: (model: Link) => Map<string, NdArray | null>,
): {
  readonly group: DeviceGroup | null;
  readonly lists: (readonly NdArray[])[];
  readonly paths: Set<string>;
} {
  const [main, ...others] = models.map(of) as [Map<string, NdArray | null>];
  const lists: (readonly NdArray[])[] = [];
  const paths = new Set<string>();
  for (const [path, x] of main) {
    const list = [x, ...(others as Map<string, NdArray | null>[]).map((o) => o.get(path) ?? null)];
    if (!alike(list)) continue;
    lists.push(list);
    paths.add(path);
  }
  const devices = devicesOf(lists);
  return { group: devices === null ? null : groupOf(devices), lists, paths };
}

/**
 * Adds the gradients of other models to those of the first: by the devices' group where they have one, else one model after the other.
 */
export function addGradients(main: Link, others: readonly Link[]): void {
  const gradients = (model: Link) =>
    new Map(
      [...model.namedparams()].map(([path, p]) => [
        path,
        p.isInitialized ? (p.gradVar?.array ?? null) : null,
      ]),
    );
  const { group, lists, paths } = sorted([main, ...others], gradients);
  if (group === null) {
    for (const model of others) main.addgrads(model);
    return;
  }
  const sums = group.sum(lists);
  const sources = others.map((model) => new Map(model.namedparams()));
  let next = 0;
  for (const [path, p] of main.namedparams()) {
    // The paths of the lists are in this order.
    if (paths.has(path)) p.gradVar = new Variable(sums[next++] as NdArray);
    else
      for (const source of sources) {
        const q = source.get(path);
        if (q) p.addgrad(q);
      }
  }
}

/** Gives other models the parameters and persistent values of the first. */
export function shareParameters(main: Link, others: readonly Link[]): void {
  const arrays = (model: Link) =>
    new Map([...model.namedparams()].map(([path, p]) => [path, p.isInitialized ? p.array : null]));
  const { group, lists, paths } = sorted([main, ...others], arrays);
  group?.share(lists);
  for (const model of others) copyParameters(model, main, true, group === null ? undefined : paths);
}
