import { ascending, type Graph } from './graph.ts';

/** Items that wait for one another: all of the group, and one circle within it, from its smallest number on. */
export type Cycle = { readonly group: readonly number[]; readonly circle: readonly number[] };

/** Every group of entangled items, once, in order of its smallest number. A circle follows "depends on" and is a shortest one. */
export const cycles = (graph: Graph): readonly Cycle[] =>
  components(graph)
    .filter((group) => group.length > 1)
    .map((group) => group.sort(ascending))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
    .map((group) => ({ group, circle: shortestCircle(graph, group) }));

const shortestCircle = (graph: Graph, group: readonly number[]): readonly number[] => {
  const inside = new Set(group);
  const start = group[0] ?? 0;
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.before.get(node) ?? []) {
      if (next === start) return pathTo(node, from);
      if (!inside.has(next) || from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  }
  return group;
};

const pathTo = (node: number, from: ReadonlyMap<number, number>): readonly number[] => {
  const path = [node];
  for (let at = from.get(node); at !== undefined; at = from.get(at)) path.unshift(at);
  return path;
};

/** Strongly connected components (Tarjan), without recursion: chains may be thousands long. */
const components = (graph: Graph): number[][] => {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const waiting: number[] = [];
  const isWaiting = new Set<number>();
  const found: number[][] = [];
  for (const root of graph.nodes) {
    if (index.has(root)) continue;
    const calls: { readonly node: number; next: number }[] = [{ node: root, next: 0 }];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { node } = call;
      if (!index.has(node)) {
        index.set(node, index.size);
        low.set(node, index.get(node) ?? 0);
        waiting.push(node);
        isWaiting.add(node);
      }
      const next = graph.before.get(node)?.[call.next];
      if (next === undefined) {
        calls.pop();
        const parent = calls.at(-1)?.node;
        if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0));
        if (low.get(node) === index.get(node)) found.push(take(node));
        continue;
      }
      call.next += 1;
      if (!index.has(next)) calls.push({ node: next, next: 0 });
      else if (isWaiting.has(next)) low.set(node, Math.min(low.get(node) ?? 0, index.get(next) ?? 0));
    }
  }
  return found;

  function take(node: number): number[] {
    const group: number[] = [];
    for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
      isWaiting.delete(member);
      group.push(member);
      if (member === node) break;
    }
    return group;
  }
};
