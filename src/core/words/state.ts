import type { Failure, HoldReason, ItemState, PlanState, SpentBudget } from '#core/types.ts';
import { conflictRows } from '#core/words/conflict-row.ts';
import { code, inline } from '#core/words/safe.ts';

/** The word of spec section 5 for an item's state, with the step of a running one. */
export const itemWords = (state: ItemState): string => {
  if (state.name === 'running') return `${state.fix === undefined ? 'running' : 'fixing'} (${state.step})`;
  if (state.name === 'publishing') return 'running (publish)';
  return state.name;
};

/** Why the item is where it is, in one line; empty where the word says it all. */
export const itemReason = (state: ItemState): string => {
  switch (state.name) {
    case 'waiting':
      return waitWords(state.on);
    case 'queued':
      return state.after === undefined
        ? 'waits for a worker'
        : `attempt ${state.attempt} after: ${failureWords(state.after)}`;
    case 'running':
      return `attempt ${state.attempt}${state.doing === undefined || state.step !== 'implement' ? '' : `: ${inline(state.doing.text, 120)}`}`;
    case 'held':
      return holdWords(state.why);
    case 'failed':
      return failureWords(state.failure);
    case 'cancelled':
      return `${inline(state.why)}, by ${code(state.by)}`;
    case 'skipped':
      return `needs #${state.because}, which brought nothing`;
    case 'merged':
      return `merge commit ${state.commit.slice(0, 10)}`;
    case 'draft':
      return 'has problems to mend';
    case 'ready':
    case 'publishing':
    case 'proposed':
      return '';
  }
};

const waitWords = (on: Extract<ItemState, { readonly name: 'waiting' }>['on']): string => {
  if (on === 'base') return 'waits for the base of the plan';
  if (on === 'slot') return 'waits for a free slot of the plan';
  return on === 'resume' ? 'waits for `/parallel resume`' : `waits for ${numbers(on)}`;
};

/** Why an attempt brought nothing, in one line. */
export const failureWords = (failure: Failure): string => {
  switch (failure.kind) {
    case 'exit':
      return `the agent ended with status ${failure.status}`;
    case 'infrastructure':
      return inline(failure.what);
    case 'timeout':
      return `the agent was ended after ${failure.minutes} minutes`;
    case 'stalled':
      return `the agent said nothing for ${failure.minutes} minutes and was ended`;
    case 'output':
      return `the agent printed more than ${failure.megabytes} MB and was ended`;
    case 'disk':
    case 'memory':
    case 'processes':
      return `the agent ${tookTooMuch(failure.kind, failure.limit)} and was ended`;
    case 'budget':
      return budgetWords(failure.spent);
    case 'no-changes':
      return 'the agent ended well but changed nothing';
    case 'guard':
      return `nothing was pushed: ${list(failure.refused.map((refused) => `${code(refused.path)} (${inline(refused.why)})`))}${failure.refused.every((refused) => refused.excusable === true) ? '; `/parallel unhold` lets these paths in, then `/parallel retry` starts again' : ''}`;
    case 'verification':
    case 'setup': {
      const red = failure.results.find((result) => !result.ok);
      const what = failure.kind === 'setup' ? 'set-up' : 'verification';
      return `${what} failed: ${code(red?.command ?? '')} ${red?.why === undefined ? `ended with status ${red?.status ?? '?'}` : inline(red.why)}`;
    }
    case 'unavailable':
      return inline(failure.what);
    case 'dependency-conflict':
      return dependencyWords(failure);
    case 'unresolved':
      return `the agent left conflicts in ${list(failure.files.map((file) => code(file)))}`;
  }
};

const dependencyWords = ({ with: who, files, why }: Extract<Failure, { kind: 'dependency-conflict' }>): string => {
  const what =
    who.length === 1
      ? `${numbers(who)}, which it depends on, does not merge with the base of the plan`
      : `${numbers(who)}, which it depends on, do not merge with each other`;
  const where = files.length === 0 ? '' : ` in ${list(files.map((file) => code(file)))} (${list(conflictRows(files))})`;
  return `${what}${where}${why === undefined ? '' : `: ${inline(why, 600)}`}; mend it on the branch of ${who.length === 1 ? numbers(who) : 'one of them'} (push there, or \`/parallel fix\` on its pull request), then \`/parallel retry\` here starts this one`;
};

/** What a program took too much of, with the operator's key that says how much it may. */
export const tookTooMuch = (what: 'disk' | 'memory' | 'processes', limit: number): string => {
  switch (what) {
    case 'disk':
      return `filled more than ${limit} MB of disk (\`limits.disk_mb\`)`;
    case 'memory':
      return `used more than ${limit} MB of memory (\`limits.memory_mb\`)`;
    case 'processes':
      return `had more than ${limit} processes and threads (\`limits.processes\`)`;
  }
};

/** Whose budget is spent, and how much it was. */
const budgetWords = (spent: SpentBudget): string => {
  if (spent.of === 'tokens')
    return `the ${spent.tokens} tokens that an attempt may use of ${code(spent.model)}, a model without a price, are spent`;
  const whose = spent.of === 'attempt' ? 'an attempt' : `the ${spent.of}`;
  return `the budget of $${spent.dollars.toFixed(2)} of ${whose} is spent`;
};

/** Why a member is held, in one line. */
export const holdWords = (why: HoldReason): string => {
  switch (why.kind) {
    case 'conflict':
      return `conflicts with ${why.with.length === 0 ? 'the base' : numbers(why.with)}${why.files.length === 0 ? '' : ` in ${list(why.files.map((file) => code(file)))} (${list(conflictRows(why.files))})`}${why.why === undefined ? '' : `: ${inline(why.why, 600)}`}; push to its branch, or \`/parallel fix\` gives it to its agent there`;
    case 'verify-failed': {
      const red = why.results.find((result) => !result.ok);
      return `the verification fails with it${why.with.length === 0 ? '' : ` together with ${numbers(why.with)}`}: ${code(red?.command ?? '')}; push to its branch, or \`/parallel fix\` gives it to its agent there, with the others merged in`;
    }
    case 'dependency-held':
      return `needs ${numbers(why.with)}, which ${why.with.length === 1 ? 'is' : 'are'} held`;
    case 'branch-moved':
      return why.found === 'deleted'
        ? 'branch moved (deleted) while the agent ran: nothing was pushed; `/parallel retry` begins anew'
        : `branch moved (${why.found.slice(0, 10)}) while the agent ran: nothing was pushed; \`/parallel fix\` goes on from there`;
    case 'outside-scope':
      return `a push outside the scope: ${list(why.refused.map((refused) => code(refused.path)))}; \`/parallel unhold\` accepts it`;
    case 'person':
      return `held by ${code(why.by)}; \`/parallel unhold\` releases it`;
    case 'pull-request-refused':
      return `GitHub did not take the pull request: ${inline(why.message)}`;
    case 'head-gone':
      return `its commit ${why.head.slice(0, 10)} is not on GitHub any more: push it again, or close its pull request and \`/parallel retry\` begins anew`;
    case 'fix-failed':
      return `\`/parallel fix\` brought nothing, because ${failureWords(why.failure)}; say it again with more words, or \`/parallel unhold\` takes the member as it was${why.before === undefined ? '' : `. Before: ${holdWords(why.before)}`}`;
    case 'retargeted':
      return `its pull request was pointed at ${code(why.to)}: point it back at the branch of the plan, and it goes on`;
  }
};

/** The word of spec section 5 for a plan's state. */
export const planWords = (state: PlanState): string => state.name;

/** `#1, #2 and #3`. */
export const numbers = (issues: readonly number[]): string => list(issues.map((issue) => `#${issue}`));

/** `a, b and c`; at most ten, then how many more. */
export const list = (entries: readonly string[]): string => {
  if (entries.length > 10) return `${entries.slice(0, 10).join(', ')} and ${entries.length - 10} more`;
  return entries.length < 2 ? entries.join('') : `${entries.slice(0, -1).join(', ')} and ${entries.at(-1)}`;
};
