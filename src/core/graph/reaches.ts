import { type Graph, placeable } from './graph.ts';

/**
 * Whether one item depends on another, directly or through others. Answers are looked up in bit sets, so that asking
 * for every pair of thousands of items is cheap; items in or behind a cycle are followed edge by edge.
 */
export const reaches = (graph: Graph): ((from: number, to: number) => boolean) => {
  const place = new Map(graph.nodes.map((node, at) => [node, at]));
  const words = Math.ceil(graph.nodes.length / 32);
  const sets = new Map<number, Uint32Array>();
  const add = (set: Uint32Array, node: number): void => {
    const at = place.get(node) ?? 0;
    set[at >>> 5] = (set[at >>> 5] ?? 0) | (1 << (at & 31));
  };
  for (const node of placeable(graph)) {
    const before = graph.before.get(node) ?? [];
    if (before.length === 0) continue;
    const set = new Uint32Array(words);
    for (const other of before) {
      const further = sets.get(other);
      if (further !== undefined) for (let at = 0; at < words; at += 1) set[at] = (set[at] ?? 0) | (further[at] ?? 0);
      add(set, other);
    }
    sets.set(node, set);
  }
  const ordered = new Set(placeable(graph));
  const walk = (from: number): Uint32Array => {
    const set = new Uint32Array(words);
    const queue = [from];
    const seen = new Set<number>();
    for (const node of queue) {
      for (const other of graph.before.get(node) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        add(set, other);
        queue.push(other);
      }
    }
    sets.set(from, set);
    return set;
  };
  return (from, to) => {
    const at = place.get(to);
    if (at === undefined || !place.has(from)) return false;
    const set = sets.get(from) ?? (ordered.has(from) ? undefined : walk(from));
    return set !== undefined && ((set[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
  };
};
