import type { Order } from '#core/types.ts';
import { criticalPath } from './critical-path.ts';
import type { Graph } from './graph.ts';
import { mergeOrder } from './merge-order.ts';
import { waves } from './waves.ts';

/** The shape of a plan (spec 8). Items in or behind a cycle are in none of it; with nothing left, `parallelism` is 0. */
export const order = (graph: Graph, wished: readonly number[] = []): Order => {
  const chain = criticalPath(graph);
  const merged = mergeOrder(graph, wished);
  return {
    waves: waves(graph),
    mergeOrder: merged,
    criticalPath: chain,
    parallelism: chain.length === 0 ? 0 : merged.length / chain.length,
  };
};
