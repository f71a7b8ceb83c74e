import { code } from '#core/words/safe.ts';
import { list } from '#core/words/state.ts';

/** Title of the onboarding pull request, and first line of its commit. */
export const ONBOARDING_TITLE = 'Add issue forms and settings for parallel work';

/** Trailer by which the app knows the commit on `forkjoin/init` as its own. */
export const ONBOARDING_TRAILER = 'Forkjoin-Init: 1';

const FOR: Readonly<Record<string, string>> = {
  '.github/ISSUE_TEMPLATE/parallel-item.yml': 'a form for an item: scope, context, contracts, verification',
  '.github/ISSUE_TEMPLATE/parallel-plan.yml': 'a form for a plan: goal, agreed files, limits',
  '.github/parallel.yml': 'settings, every key commented out with what it means',
  '.github/parallel.schema.json': 'what editors need to complete and check the settings',
};

/** Body of the onboarding pull request; `on` is the issue where somebody asked for it. */
export const onboardingBody = (paths: readonly string[], on: number): string =>
  [
    `Asked for in #${on}. Nothing changes until this is merged, and no file that exists is touched.`,
    ['| file | what it is |', '| --- | --- |', ...paths.map((path) => `| ${code(path)} | ${FOR[path] ?? ''} |`)].join(
      '\n',
    ),
    [
      '**Then**',
      '1. Create the label `parallel` if it is missing. The forms do not apply it: applying it is a command, and it counts only from somebody with write permission.',
      '2. Open an issue with the form *Parallel item* and apply the label: it is checked at once, and the answer comes as one comment.',
      '3. `/parallel start` in a comment starts the work.',
    ].join('\n'),
  ].join('\n\n');

/** Why `/parallel init` opened nothing. */
export const onboardingAnswer = (
  why:
    | { readonly kind: 'open'; readonly pull: number }
    | { readonly kind: 'there'; readonly paths: readonly string[] }
    | { readonly kind: 'taken'; readonly branch: string }
    | { readonly kind: 'empty'; readonly branch: string }
    | { readonly kind: 'refused'; readonly message: string },
): string => {
  switch (why.kind) {
    case 'open':
      return `#${why.pull} is open already: it adds the issue forms and the settings. Merge or close it.`;
    case 'there':
      return `There is nothing to add: ${list(why.paths.map((path) => code(path)))} are in the default branch already.`;
    case 'taken':
      return `The branch ${code(why.branch)} holds commits that the app did not make. Rename or delete it, then say \`/parallel init\` again.`;
    case 'empty':
      return `There is no branch ${code(why.branch)} to start from. Push a first commit, then say \`/parallel init\` again.`;
    case 'refused':
      return `GitHub did not take the pull request: ${code(why.message)}. The files stand on the branch \`forkjoin/init\`.`;
  }
};
