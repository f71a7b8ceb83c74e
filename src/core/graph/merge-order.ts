import { type Graph, placeable } from './graph.ts';

/**
 * One after the other: always the item whose dependencies are placed that `wished` names first; behind those that it
 * names, the smallest number.
 */
export const mergeOrder = (graph: Graph, wished: readonly number[] = []): readonly number[] => {
  const place = new Map<number, number>();
  for (const issue of wished) if (!place.has(issue)) place.set(issue, place.size);
  const rank = (node: number): number => place.get(node) ?? wished.length + node;
  const open = new Map(placeable(graph).map((node) => [node, graph.before.get(node)?.length ?? 0]));
  const heap = new Heap(rank);
  for (const [node, left] of open) if (left === 0) heap.push(node);
  const order: number[] = [];
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    order.push(node);
    for (const next of graph.after.get(node) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) heap.push(next);
    }
  }
  return order;
};

/** A binary heap of items, least rank first. */
class Heap {
  readonly #rank: (node: number) => number;
  readonly #nodes: number[] = [];

  constructor(rank: (node: number) => number) {
    this.#rank = rank;
  }

  push(node: number): void {
    let at = this.#nodes.push(node) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#less(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): number | undefined {
    if (this.#nodes.length < 2) return this.#nodes.pop();
    this.#swap(0, this.#nodes.length - 1);
    const least = this.#nodes.pop();
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = left + 1 < this.#nodes.length && this.#less(left + 1, left) ? left + 1 : left;
      if (child >= this.#nodes.length || !this.#less(child, at)) return least;
      this.#swap(at, child);
      at = child;
    }
  }

  #less(a: number, b: number): boolean {
    return this.#rank(this.#nodes[a] ?? 0) < this.#rank(this.#nodes[b] ?? 0);
  }

  #swap(a: number, b: number): void {
    const kept = this.#nodes[a] ?? 0;
    this.#nodes[a] = this.#nodes[b] ?? 0;
    this.#nodes[b] = kept;
  }
}
