import { copy, NdArray, zerosLike } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { checkOptions } from './check-options.ts';
import { activeLinkHooks, type LinkHook } from './link-hook.ts';
import { Parameter } from './parameter.ts';
import type { CanSerialize, Serializer } from './serializer.ts';

/** How `copy` and `repeat` treat parameters: share the arrays, copy them, or initialise anew. */
export type CopyMode = 'share' | 'copy' | 'init';

/**
 * A callable part of a network that owns parameters. Parameters and child links are found from the object's own fields (also
 * in arrays), in the order of definition: nothing has to be registered.
 *
 * Persistent values are what is saved besides parameters (running averages): list their field names in `persistent`.
 *
 * @example
 * import { functions as F, Link, Parameter, type Variable } from 'chainer';
 * class Scale extends Link {
 *   W = new Parameter(2, [3]);
 *   forward(x: Variable) { return F.mul(x, this.W); }
 * }
 * const scale = new Scale();
 * [...scale.namedparams()].map(([path]) => path); // ['/W']
 */
export abstract class Link implements CanSerialize {
  /** Its name in its parent, or null. */
  name: string | null = null;
  /** Hooks that watch this link only. */
  localHooks: readonly LinkHook[] | null = null;

  constructor() {
    watchForward(new.target.prototype as Link);
  }

  /** Applies the link. */
  abstract forward(...args: never[]): unknown;

  /** Names of the fields that are saved besides parameters. */
  get persistent(): readonly string[] {
    return [];
  }

  /** Own parameters by name. */
  ownParameters(): [string, Parameter][] {
    return entriesOf(this).filter((e): e is [string, Parameter] => e[1] instanceof Parameter);
  }

  /** Child links by name. */
  namedChildren(): [string, Link][] {
    return entriesOf(this).filter((e): e is [string, Link] => e[1] instanceof Link);
  }

  /** Child links. */
  children(): Link[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** Every parameter below, with its path: `['/l1/W', W]`. */
  *namedparams(options: { readonly includeUninit?: boolean } = {}): IterableIterator<[string, Parameter]> {
    checkOptions('namedparams', options, ['includeUninit']);
    for (const [name, p] of this.ownParameters()) {
      if (p.isInitialized || (options.includeUninit ?? true)) yield [`/${name}`, p];
    }
    for (const [name, child] of this.namedChildren()) {
      for (const [path, p] of child.namedparams(options)) yield [`/${name}${path}`, p];
    }
  }

  /** Every parameter below. */
  *params(options: { readonly includeUninit?: boolean } = {}): IterableIterator<Parameter> {
    for (const [, p] of this.namedparams(options)) yield p;
  }

  /** Itself and every link below, with paths: `['/l1', l1]`. */
  *namedlinks(options: { readonly skipself?: boolean } = {}): IterableIterator<[string, Link]> {
    checkOptions('namedlinks', options, ['skipself']);
    if (!options.skipself) yield ['/', this];
    for (const [name, child] of this.namedChildren()) {
      yield [`/${name}`, child];
      for (const [path, link] of child.namedlinks({ skipself: true })) yield [`/${name}${path}`, link];
    }
  }

  /** Itself and every link below. */
  *links(options: { readonly skipself?: boolean } = {}): IterableIterator<Link> {
    for (const [, link] of this.namedlinks(options)) yield link;
  }

  /** Drops all gradients. Call it before each backward pass: gradients add up. */
  cleargrads(): void {
    for (const p of this.params()) p.cleargrad();
  }

  /** Sets all gradients to zero. */
  zerograds(): void {
    for (const p of this.params({ includeUninit: false })) p.grad = zerosLike(p.array);
  }

  /** Lets optimizers update its parameters (again). */
  enableUpdate(): void {
    for (const p of this.params()) if (p.updateRule !== null) p.updateRule.enabled = true;
  }

  /** Freezes its parameters: optimizers leave them alone. Call it after `optimizer.setup`. */
  disableUpdate(): void {
    for (const p of this.params()) if (p.updateRule !== null) p.updateRule.enabled = false;
  }

  /** Whether some parameter is updated. */
  get updateEnabled(): boolean {
    return [...this.params()].some((p) => p.updateRule?.enabled ?? false);
  }

  /** Number of parameter elements; those not initialised yet are not counted. */
  countParams(): number {
    let n = 0;
    for (const p of this.params({ includeUninit: false })) n += p.size;
    return n;
  }

  /** Takes over another link's parameter values, path by path, also from another device. @throws {Error} where a path is missing. */
  copyparams(other: Link, options: { readonly copyPersistent?: boolean } = {}): void {
    copyParameters(this, other, options.copyPersistent ?? true);
  }

  /** Adds another link's gradients to its own, also from another device. */
  addgrads(other: Link): void {
    const source = new Map(other.namedparams());
    for (const [path, p] of this.namedparams()) {
      const q = source.get(path);
      if (q) p.addgrad(q);
    }
  }

  /** A copy of it and everything below. */
  copy(mode: CopyMode = 'share'): this {
    return copyLink(this, mode);
  }

  /** Moves parameters and persistent values to a device. */
  toDevice(device: string): this {
    for (const [, p] of this.ownParameters()) p.toDevice(device);
    const fields = this as unknown as Record<string, unknown>;
    for (const name of this.persistent) {
      const value = fields[name];
      if (value instanceof NdArray) {
        const moved = value.to(device);
        moved.storage.kept = true;
        fields[name] = moved;
      }
    }
    for (const child of this.children()) child.toDevice(device);
    return this;
  }

  /** Adds a hook that watches this link only. */
  addHook(hook: LinkHook): this {
    const before = this.localHooks ?? [];
    if (before.some((h) => h.name === hook.name))
      throw new Error(`[Link.addHook] a hook named '${hook.name}' is there already`);
    hook.added(this);
    this.localHooks = [...before, hook];
    return this;
  }

  /** Removes a hook by name. */
  deleteHook(name: string): void {
    const hook = this.localHooks?.find((h) => h.name === name);
    if (!hook) throw new Error(`[Link.deleteHook] no hook named '${name}'`);
    const rest = (this.localHooks as readonly LinkHook[]).filter((h) => h !== hook);
    this.localHooks = rest.length > 0 ? rest : null;
    hook.deleted(this);
  }

  /** Writes or reads its parameters, persistent values and children. */
  serialize(serializer: Serializer): void {
    for (const [name, p] of this.ownParameters()) {
      const stored = serializer.value(name, p.isInitialized ? p.array : null);
      if (!serializer.writing && stored instanceof NdArray && !p.isInitialized) p.restore(stored);
    }
    const fields = this as unknown as Record<string, NdArray | number | string | boolean | null>;
    for (const name of this.persistent)
      fields[name] = serializer.value(storedName(name), fields[name] ?? null);
    for (const [name, child] of this.namedChildren()) child.serialize(serializer.child(name));
  }

  /** Constructor arguments, for printing: `[name, value]`. */
  get printableSpecs(): readonly [string, unknown][] {
    return [];
  }

  toString(): string {
    const specs = this.printableSpecs.map(([k, v]) => `${k}=${String(v)}`).join(', ');
    const children = this.namedChildren().map(
      ([name, child]) => `  (${name}): ${child.toString().replaceAll('\n', '\n  ')},\n`,
    );
    return children.length > 0
      ? `${this.constructor.name}(\n${children.join('')})`
      : `${this.constructor.name}(${specs})`;
  }
}

/** The name under which a persistent field is stored: Chainer's, `avgMean` as `avg_mean`. */
function storedName(field: string): string {
  return field.replace(/[a-z][A-Z]/g, (m) => `${m[0]}_${(m[1] as string).toLowerCase()}`);
}

/** Fields of a link that hold parameters or links, arrays spread: `layers/0`. */
function entriesOf(link: Link): [string, unknown][] {
  const entries: [string, unknown][] = [];
  const visit = (name: string, value: unknown): void => {
    if (value instanceof Parameter || value instanceof Link) entries.push([name, value]);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(`${name}/${i}`, item);
  };
  for (const name of Object.keys(link)) visit(name, (link as unknown as Record<string, unknown>)[name]);
  return entries;
}

/** What `copyparams` does, for parameters other than those at some paths. */
export function copyParameters(
  to: Link,
  from: Link,
  persistent: boolean,
  except?: ReadonlySet<string>,
): void {
  const source = new Map(from.namedparams());
  for (const [path, p] of to.namedparams()) {
    const q = source.get(path);
    if (!q) throw new Error(`[copyparams] the other link has no parameter ${path}`);
    if (!q.isInitialized || except?.has(path)) continue;
    if (p.isInitialized) overwrite(p.array, q.array.to(p.array.device));
    else p.restore(copy(q.array));
  }
  if (!persistent) return;
  const links = new Map(from.namedlinks());
  for (const [path, link] of to.namedlinks()) copyPersistent(link, links.get(path));
}

function copyPersistent(to: Link, from: Link | undefined): void {
  if (!from) return;
  const a = to as unknown as Record<string, unknown>;
  const b = from as unknown as Record<string, unknown>;
  for (const name of to.persistent) {
    const value = b[name];
    const { device } = a[name] instanceof NdArray ? (a[name] as NdArray) : { device: null };
    // A persistent array of another device is copied by being moved.
    if (!(value instanceof NdArray)) a[name] = value;
    else a[name] = device === null || device === value.device ? copy(value) : value.to(device);
  }
}

function copyLink<L extends Link>(link: L, mode: CopyMode): L {
  const made = Object.create(Object.getPrototypeOf(link)) as L;
  const from = link as unknown as Record<string, unknown>;
  const to = made as unknown as Record<string, unknown>;
  const copyValue = (value: unknown): unknown => {
    if (value instanceof Parameter) return value.copyAs(mode);
    if (value instanceof Link) return value.copy(mode);
    if (Array.isArray(value)) return value.map(copyValue);
    return value;
  };
  for (const key of Object.keys(link)) to[key] = copyValue(from[key]);
  if (mode !== 'share') copyPersistent(made, link);
  made.name = null;
  return made;
}

type Forward = (this: Link, ...args: unknown[]) => unknown;
const watched = new WeakSet<Forward>();
const running = new Set<Link>();

/** Makes the `forward` of a class run under link hooks; done once per class, and free while no hook is there. */
function watchForward(prototype: Link): void {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, 'forward'))
    owner = Object.getPrototypeOf(owner) as object | null;
  if (owner === null) return;
  const forward = (owner as { forward: Forward }).forward;
  if (watched.has(forward)) return;
  const wrapper: Forward = function (this: Link, ...args) {
    if ((this.localHooks === null && activeLinkHooks.length === 0) || running.has(this))
      return forward.apply(this, args);
    const hooks = [...activeLinkHooks, ...(this.localHooks ?? [])];
    for (const h of hooks) h.forwardPreprocess({ link: this, forwardName: 'forward', args });
    running.add(this);
    try {
      const out = forward.apply(this, args);
      for (const h of hooks) h.forwardPostprocess({ link: this, forwardName: 'forward', args, out });
      return out;
    } finally {
      running.delete(this);
    }
  };
  watched.add(wrapper);
  Object.defineProperty(owner, 'forward', {
    value: wrapper,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
