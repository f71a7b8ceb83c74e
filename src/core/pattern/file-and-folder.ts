import type { Automaton } from './automaton.ts';

/**
 * The shortest file that one automaton names without wildcards and the other spells out, also literally, as a folder
 * with something in it (spec 2.3): git cannot hold both. Braces are names written shorter, so each is looked at.
 */
export const fileAndFolder = (file: Automaton, folder: Automaton): string | undefined => {
  const begins = new Set(folder.segments);
  const width = folder.states.length;
  const seen = new Set<number>([0]);
  let layer: { readonly key: number; readonly path: string }[] = [{ key: 0, path: '' }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { key, path } of layer) {
      const theirs = folder.states[key % width]?.steps ?? [];
      for (const mine of file.states[Math.floor(key / width)]?.steps ?? []) {
        for (const step of theirs) {
          if (step.symbol !== mine.symbol) continue;
          if (file.states[mine.to]?.accepts && begins.has(step.to)) return path;
          const to = mine.to * width + step.to;
          if (seen.has(to)) continue;
          seen.add(to);
          next.push({ key: to, path: path + String.fromCodePoint(mine.shown) });
        }
      }
    }
    layer = next;
  }
  return undefined;
};
