/**
 * A plan's dependencies as a graph: `before` holds, for each item, what it depends on within the plan. Dependencies on
 * anything else, and of an item on itself, are no edges. Numbers ascend everywhere.
 */
export type Graph = {
  readonly nodes: readonly number[];
  readonly before: ReadonlyMap<number, readonly number[]>;
  readonly after: ReadonlyMap<number, readonly number[]>;
};

/** What depends on what: one entry an item. */
export type Dependencies = readonly { readonly issue: number; readonly dependsOn: readonly number[] }[];

export const graphOf = (dependencies: Dependencies): Graph => {
  const nodes = [...new Set(dependencies.map(({ issue }) => issue))].sort(ascending);
  const before = new Map<number, number[]>(nodes.map((node) => [node, []]));
  const after = new Map<number, number[]>(nodes.map((node) => [node, []]));
  for (const { issue, dependsOn } of dependencies) {
    for (const other of new Set(dependsOn)) {
      if (other === issue || !before.has(other)) continue;
      before.get(issue)?.push(other);
      after.get(other)?.push(issue);
    }
  }
  for (const list of [...before.values(), ...after.values()]) list.sort(ascending);
  return { nodes, before, after };
};

/** The items that an order can be found for, each after what it depends on; those in or behind a cycle are left out. */
export const placeable = (graph: Graph): readonly number[] => {
  const open = new Map(graph.nodes.map((node) => [node, graph.before.get(node)?.length ?? 0]));
  const placed = graph.nodes.filter((node) => open.get(node) === 0);
  for (const node of placed) {
    for (const next of graph.after.get(node) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) placed.push(next);
    }
  }
  return placed;
};

export const ascending = (a: number, b: number): number => a - b;
