import type { Sha } from '#core/types.ts';

/** A change that a merge lost, or what else is not as it must be before a push. */
type Wrong =
  | { readonly kind: 'base' }
  | { readonly kind: 'tree'; readonly tested: Sha; readonly found: Sha }
  | { readonly kind: 'head'; readonly head: Sha }
  | { readonly kind: 'path'; readonly head: Sha; readonly path: string };

/** As many paths are named. */
const NAMED = 20;

/** Why a chain is not pushed although every merge was called clean. `git` is what git calls itself; `nameOf` says whose head it is. */
export const unsoundWords = (wrong: readonly Wrong[], git: string, nameOf: (head: Sha) => string): string => {
  const lines = wrong.map((one) => {
    switch (one.kind) {
      case 'base':
        return 'it does not stand on its base';
      case 'tree':
        return `tree ${one.found.slice(0, 10)} would be pushed, ${one.tested.slice(0, 10)} was verified`;
      case 'head':
        return `${nameOf(one.head)} is no part of it`;
      case 'path':
        return `the merge of ${nameOf(one.head)} lost the change of ${JSON.stringify(one.path)}`;
    }
  });
  const more = lines.length > NAMED ? [`${lines.length - NAMED} more`] : [];
  return `The merged result is not what its members changed, so nothing was moved or pushed: ${[...lines.slice(0, NAMED), ...more].join('; ')}. No member is to blame: it is ${git} on this machine (2.51.1 or later is recommended; \`forkjoin doctor\` says more).`;
};
