import { dependencyOrder } from '#core/integrate/chain-order.ts';
import type { Unaskable } from './options.ts';

/** A member as it is named, and the names that it comes after. */
export type NamedMember = { readonly name: string; readonly after: readonly string[] };

/** The members in the order in which they are merged, or what is wrong with how they were given. */
export const namedMembers = (
  names: readonly string[],
  after: readonly string[],
): readonly NamedMember[] | Unaskable => {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { unaskable: `${quoted(twice)} is given twice: name each member once.` };
  const pairs: (readonly [string, string])[] = [];
  for (const written of after) {
    const pair = splitPair(written, names);
    if ('unaskable' in pair) return pair;
    pairs.push(pair);
  }
  const members = names.map((name) => ({
    name,
    after: [...new Set(pairs.flatMap(([later, earlier]) => (later === name ? [earlier] : [])))],
  }));
  const ordered = dependencyOrder(members);
  if ('order' in ordered) return ordered.order;
  return {
    unaskable: `--after goes in a circle: ${ordered.circle.map(quoted).join(' after ')}. Take one of them out.`,
  };
};

const splitPair = (written: string, names: readonly string[]): readonly [string, string] | Unaskable => {
  const parts = written.split(':');
  const [later = '', earlier = ''] = parts;
  if (parts.length !== 2 || later === '' || earlier === '')
    return { unaskable: `--after ${quoted(written)} is not A:B with the names of two members.` };
  const unknown = [later, earlier].find((name) => !names.includes(name));
  if (unknown !== undefined)
    return { unaskable: `--after ${quoted(written)}: ${quoted(unknown)} is none of the members.` };
  if (later === earlier) return { unaskable: `--after ${quoted(written)}: a member cannot come after itself.` };
  return [later, earlier];
};

const quoted = (text: string): string => JSON.stringify(text);
