/** A branch that stands for integration, as far as its order goes: its name, and the names it must come after. */
export type Placed = { readonly name: string; readonly after: readonly string[] };

/** The members in order, or the names that depend on each other in a circle (first to last, the first again at the end). */
export type Ordered<Member> = { readonly order: readonly Member[] } | { readonly circle: readonly string[] };

/** Dependency order that keeps the given one otherwise: always the first member whose dependencies are placed. */
export const dependencyOrder = <Member extends Placed>(members: readonly Member[]): Ordered<Member> => {
  const known = new Set(members.map(({ name }) => name));
  const placed = new Set<string>();
  const order: Member[] = [];
  while (order.length < members.length) {
    const next = members.find(
      ({ name, after }) => !placed.has(name) && after.every((one) => placed.has(one) || !known.has(one)),
    );
    if (next === undefined) return { circle: circleAmong(members.filter(({ name }) => !placed.has(name))) };
    placed.add(next.name);
    order.push(next);
  }
  return { order };
};

/** One circle among members of which each waits for another. */
const circleAmong = (entangled: readonly Placed[]): readonly string[] => {
  const path: string[] = [];
  let at = entangled[0];
  while (at !== undefined && !path.includes(at.name)) {
    path.push(at.name);
    const { after } = at;
    at = entangled.find(({ name }) => after.includes(name));
  }
  return at === undefined ? path : [...path.slice(path.indexOf(at.name)), at.name];
};

/** Everything that a member comes after, directly or through others. */
export const comesAfter = (members: readonly Placed[], member: Placed): ReadonlySet<string> => {
  const found = new Set<string>();
  const open = [...member.after];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(members.find((other) => other.name === name)?.after ?? []));
  }
  return found;
};
