import { type Graph, placeable } from './graph.ts';

/**
 * The chain that takes longest, first to last; among equals the smallest number, item by item. `weight` is what an item
 * takes (minutes, or past durations), at least 0; without it every item takes 1.
 */
export const criticalPath = (graph: Graph, weight: (issue: number) => number = () => 1): readonly number[] => {
  const order = placeable(graph);
  const among = new Set(order);
  const left = new Map<number, number>();
  for (const node of order.toReversed()) {
    let most = 0;
    for (const next of graph.after.get(node) ?? []) most = Math.max(most, left.get(next) ?? 0);
    left.set(node, weight(node) + most);
  }
  const heaviest = (nodes: readonly number[]): number | undefined => {
    let best: number | undefined;
    for (const node of nodes) {
      const [mine, most] = [left.get(node) ?? 0, best === undefined ? -1 : (left.get(best) ?? 0)];
      if (among.has(node) && (mine > most || (mine === most && node < (best ?? node)))) best = node;
    }
    return best;
  };
  const path: number[] = [];
  const first = order.filter((node) => (graph.before.get(node) ?? []).length === 0);
  for (let node = heaviest(first); node !== undefined; node = heaviest(graph.after.get(node) ?? [])) path.push(node);
  return path;
};
