import { noBackpropMode } from '../core/config.ts';
import type { Link } from '../core/link.ts';
import type { LinkCall } from '../core/link-hook.ts';
import { Parameter } from '../core/parameter.ts';
import type { Variable } from '../core/variable.ts';

/** A computed value in the place of a parameter, while its link is applied. */
class StandIn extends Parameter {
  readonly original: Parameter;

  constructor(original: Parameter, value: Variable) {
    super(value.array, null, { name: original.name });
    this.original = original;
    this.vertex = value.node;
  }
}

type Fields = Record<string, unknown>;

/** A link's parameter. @throws {Error} if there is none of that name. */
export function weightOf(who: string, link: Link | null, name: string): Parameter {
  const found = (link as unknown as Fields | null)?.[name];
  if (found instanceof StandIn) return found.original;
  if (!(found instanceof Parameter))
    throw new Error(
      link === null
        ? `[${who}] the hook must be added to one link: link.addHook(new ${who}())`
        : `[${who}] ${link.constructor.name} has no weight '${name}'`,
    );
  return found;
}

/** Puts a computed value in a parameter's place. */
export function replaceWeight(link: Link, name: string, original: Parameter, value: Variable): void {
  (link as unknown as Fields)[name] = new StandIn(original, value);
}

/** Puts the parameter back. */
export function restoreWeight(who: string, link: Link, name: string): void {
  (link as unknown as Fields)[name] = weightOf(who, link, name);
}

/** Applies the link once without a graph, so that a weight whose shape is not known yet gets one. */
export function initializeByForward({ link, args }: LinkCall): void {
  const apply = link.forward as unknown as (...args: readonly unknown[]) => unknown;
  noBackpropMode(() => apply.apply(link, args as unknown[]));
}
