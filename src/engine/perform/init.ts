import { onboardingFiles } from '#core/onboarding/files.ts';
import type { Effect, Repository, Sha } from '#core/types.ts';
import { ONBOARDING_TITLE, ONBOARDING_TRAILER, onboardingAnswer, onboardingBody } from '#core/words/onboarding.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Init = Extract<Effect, { readonly kind: 'init' }>;
type Answer = Parameters<typeof onboardingAnswer>[0];

/** The one branch of the onboarding pull request. */
const BRANCH = 'forkjoin/init';

/** Opens the pull request with issue forms and settings, once; says in a comment why when there is none to open. */
export const init = async (ports: Ports, job: Outboxed, effect: Init): Promise<void> => {
  const answer = await openOnboarding(ports, job.repository, effect.on);
  if (answer !== undefined)
    await ports.github(job.repository).comment(job.repository, effect.on, onboardingAnswer(answer));
};

const openOnboarding = async (ports: Ports, repository: Repository, on: number): Promise<Answer | undefined> => {
  const github = ports.github(repository);
  const open = (await github.pullsOf(repository, BRANCH)).find((pull) => pull.state === 'open' && pull.ours);
  if (open !== undefined) return { kind: 'open', pull: open.number };
  const branch = (await github.repository(repository))?.defaultBranch ?? 'main';
  await ports.git.fetch(repository);
  const base = await ports.git.head(repository, branch);
  if (base === undefined) return { kind: 'empty', branch };
  const present = new Set(await ports.git.paths(repository, base));
  const all = onboardingFiles(ports.settingsSchema);
  const files = all.filter((file) => !present.has(file.path));
  if (files.length === 0) return { kind: 'there', paths: all.map((file) => file.path) };
  if (!(await pushFiles(ports, repository, base, files))) return { kind: 'taken', branch: BRANCH };
  const opened = await github.openPull(repository, {
    head: BRANCH,
    base: branch,
    title: ONBOARDING_TITLE,
    body: onboardingBody(
      files.map((file) => file.path),
      on,
    ),
    draft: false,
  });
  return 'refused' in opened ? { kind: 'refused', message: opened.refused } : undefined;
};

/** Puts the files on the branch; no when somebody else's commits stand there. What a closed pull request left is replaced. */
const pushFiles = async (
  ports: Ports,
  repository: Repository,
  base: Sha,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<boolean> => {
  const found = await ports.git.head(repository, BRANCH);
  if (found !== undefined && !(await ports.git.message(repository, found)).includes(ONBOARDING_TRAILER)) return false;
  const message = `${ONBOARDING_TITLE}\n\n${ONBOARDING_TRAILER}\n`;
  const commit = await ports.git.commitFiles(repository, base, files, message, ports.clock.now());
  return (await ports.git.push(repository, BRANCH, commit, found)).kind !== 'moved';
};
