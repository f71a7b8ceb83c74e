import { canonical } from '#core/pattern/canonical.ts';
import type { ContractLine } from '#core/types.ts';
import type { CheckableItem, CheckablePlan } from './input.ts';

/** A contract line with the issue that says it. */
export type Said = { readonly issue: number; readonly line: ContractLine };

/** Who provides what, made for questions. */
export type Agreements = {
  readonly provided: readonly Said[];
  readonly consumed: readonly Said[];
  /** The lines that provide what a line consumes, of any issue. */
  readonly providersOf: (line: ContractLine) => readonly Said[];
};

export const agreements = (items: readonly CheckableItem[], plan: CheckablePlan | undefined): Agreements => {
  const all = [...(plan === undefined ? [] : [plan]), ...items].flatMap(({ issue, contracts }) => [
    ...once(issue, contracts, 'provides'),
    ...once(issue, contracts, 'consumes'),
  ]);
  const provided = all.filter(({ line }) => line.verb === 'provides');
  const byKey = Map.groupBy(provided, ({ line }) => keyOf(line));
  const byPath = Map.groupBy(provided, ({ line }) => (line.path === undefined ? '' : canonical(line.path)));
  const bySymbol = Map.groupBy(provided, ({ line }) => symbolOf(line) ?? '');
  return {
    provided,
    consumed: all.filter(({ line }) => line.verb === 'consumes'),
    providersOf: (line) => {
      const exact = byKey.get(keyOf(line));
      if (exact !== undefined) return exact;
      const symbol = symbolOf(line);
      // A path alone stands for all that it holds; a symbol whose path one side leaves out is known by its name.
      const atPath = line.path === undefined ? [] : (byPath.get(canonical(line.path)) ?? []);
      if (line.path !== undefined && symbol === undefined) return atPath;
      const named =
        symbol === undefined
          ? []
          : (bySymbol.get(symbol) ?? []).filter((other) => line.path === undefined || other.line.path === undefined);
      return [...atPath.filter((other) => symbolOf(other.line) === undefined), ...named];
    },
  };
};

/** What an issue says of each thing, once: the first line that gives a signature, else the first. */
const once = (issue: number, lines: readonly ContractLine[], verb: ContractLine['verb']): readonly Said[] => {
  const said = new Map<string, Said>();
  for (const line of lines) {
    const key = keyOf(line);
    const known = said.get(key)?.line;
    const better = known === undefined || (known.signature === undefined && line.signature !== undefined);
    if (line.verb === verb && better) said.set(key, { issue, line });
  }
  return [...said.values()];
};

/** The key under which two lines speak of one thing; paths that differ only in case or normal form are one. */
export const keyOf = ({ path, thing }: ContractLine): string =>
  path === undefined ? thing : `${canonical(path)}${thing.slice(path.length)}`;

/** The symbol of a line; none for a path alone, and for what stands alone (`PUT /api/profile`). */
const symbolOf = ({ path, thing }: ContractLine): string | undefined => {
  if (path !== undefined) return thing.length > path.length ? thing.slice(path.length + 1) : undefined;
  return thing.includes(' ') ? undefined : thing;
};
