import { ascending, type Graph, placeable } from './graph.ts';

/** What can run at once: each wave depends only on those before it. */
export const waves = (graph: Graph): readonly (readonly number[])[] => {
  const depth = new Map<number, number>();
  const found: number[][] = [];
  for (const node of placeable(graph)) {
    let wave = 0;
    for (const before of graph.before.get(node) ?? []) wave = Math.max(wave, (depth.get(before) ?? 0) + 1);
    depth.set(node, wave);
    (found[wave] ??= []).push(node);
  }
  return found.map((wave) => wave.sort(ascending));
};
