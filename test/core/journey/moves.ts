import { members } from '#core/forecast/members.ts';
import type { Failure, Plan, SeenIssue } from '#core/types.ts';
import { body, issue, type Story, work } from './story.ts';

/** One happening, by kind; the numbers choose among what is possible at that moment. */
export type Move = { readonly kind: (typeof KINDS)[number]; readonly a: number; readonly b: number };

/** Everything that may happen, as often as it should be tried. */
export const KINDS = [
  ...['look', 'edit', 'unlabel', 'label', 'close', 'vanish', 'add', 'unlabel-plan'],
  ...['say', 'say', 'say', 'prepared', 'not-prepared', 'claim', 'step', 'end', 'moved', 'opened', 'refused', 'closed'],
  ...['reviewed', 'pushed', 'retargeted', 'integrated', 'stopped', 'proposed', 'ended', 'foretold'],
  // What usually comes next, so that stories get far.
  ...['go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go'],
] as const;

const VERBS = [
  'start',
  'start',
  'cancel',
  'retry',
  'retry',
  'integrate',
  'hold',
  'unhold',
  'fix',
  'fix',
  'pause',
  'resume',
  'approve',
  'status',
];

const FAILURES: readonly Failure[] = [
  { kind: 'exit', status: 3, tail: '' },
  { kind: 'infrastructure', what: 'the worker stopped' },
  { kind: 'no-changes' },
  { kind: 'timeout', minutes: 1, tail: '' },
];

/** What usually comes next: for the plan when something of it is under way, else for an item. */
const usual = (plan: Plan, { a, b }: Move): Move => {
  if (plan.state.name === 'running' && plan.state.base === 'preparing') return { kind: 'prepared', a, b };
  if (plan.state.name === 'integrating' && b % 3 === 0)
    return { kind: plan.integration?.round === plan.state.round ? 'proposed' : 'integrated', a, b };
  const open = plan.items.filter((item) => ['queued', 'running', 'publishing', 'proposed'].includes(item.state.name));
  const item = open[a % Math.max(1, open.length)];
  const at = item === undefined ? a : plan.items.indexOf(item);
  switch (item?.state.name) {
    case 'queued':
      return { kind: 'claim', a: at, b: 2 };
    case 'running':
      return {
        kind: 'end',
        a: at + (plan.items.length % 3 === 0 ? 0 : plan.items.length * (b % 3)),
        b: claimed(item.state.claim),
      };
    case 'publishing':
      return { kind: 'opened', a: at, b: 1 };
    default:
      return { kind: 'reviewed', a: at, b: 1 };
  }
};

/** A number that is right for an attempt that runs under this claim. */
const claimed = (claim: string): number => (claim === 'claim-1' ? 1 : 4);

type Untold = Parameters<Story['tell']>[0];

/** The fact that a move stands for as the plan stands; undefined when the world could not tell such a one now. */
const factOf = (story: Story, { kind, a, b }: Move): Untold | undefined => {
  const { plan } = story;
  if (plan === undefined) return undefined;
  const item = plan.items[a % Math.max(1, plan.items.length)];
  const state = item?.state;
  const claim = `claim-${b % 2}`;
  const pull = state !== undefined && 'pull' in state ? state.pull : undefined;
  switch (kind) {
    case 'prepared':
      return { kind, base: { sha: 'b'.repeat(40), contracts: String(b).padStart(40, 'c') } };
    case 'not-prepared':
      return { kind, why: 'There is no branch.' };
    case 'integrated': {
      if (plan.state.name !== 'integrating') return undefined;
      const { heads, round } = plan.state;
      const members = Object.entries(heads).map(([number, head], index) =>
        (a >> index) % 3 === 0
          ? { item: Number(number), head, held: { kind: 'conflict' as const, with: [], files: ['src/a.ts'] } }
          : { item: Number(number), head, merged: String(round * 100 + index).padStart(40, 'd'), verification: [] },
      );
      return { kind, integration: { round, heads, head: String(round).padStart(40, 'e'), members } };
    }
    case 'stopped':
      return plan.state.name === 'integrating'
        ? a % 2 === 0
          ? { kind: 'integration-moved', round: plan.state.round, found: 'deleted' }
          : { kind: 'integration-refused', round: plan.state.round, message: 'No.' }
        : undefined;
    case 'proposed':
      return plan.integration === undefined
        ? undefined
        : { kind: 'integration-opened', pull: 200 + (b % 2), round: plan.integration.round };
    case 'foretold': {
      const now = members(plan);
      const [one, other] = Object.keys(now.heads).map(Number);
      const conflicts =
        one === undefined || other === undefined || b % 2 === 0 ? [] : [{ a: one, b: other, files: [] }];
      return { kind: 'forecast', forecast: { base: 'c'.repeat(40), ...now, conflicts }, styles: {} };
    }
    case 'ended':
      return { kind: 'integration-closed', pull: 200 + (b % 2), merged: a % 4 === 0, by: 'octo-reader' };
    default:
      break;
  }
  if (item === undefined || state === undefined) return undefined;
  const attempt = Math.max(1, item.attempts + (b % 3) - 1);
  const told = { item: item.issue, attempt, claim };
  const done = { ...work(item.issue, attempt), head: headOf(item.issue, attempt) };
  switch (kind) {
    case 'claim':
      return { kind: 'attempt-claimed', ...told };
    case 'step':
      return { kind: 'attempt-stepped', ...told, step: 'guard' };
    case 'end':
      return {
        kind: 'attempt-ended',
        ...told,
        outcome:
          a % 3 > 0 ? { ok: true, work: done } : { ok: false, failure: FAILURES[b % 4] ?? { kind: 'no-changes' } },
      };
    case 'moved':
      return { kind: 'branch-moved', ...told, work: done, found: 'deleted' };
    case 'opened':
      return {
        kind: 'pull-opened',
        item: item.issue,
        head: headOf(item.issue, attempt),
        pull: 100 + item.issue * 10 + attempt,
      };
    case 'refused':
      return { kind: 'pull-refused', item: item.issue, head: headOf(item.issue, attempt), message: 'No.' };
    case 'closed':
      return pull === undefined
        ? undefined
        : { kind: 'pull-closed', item: item.issue, pull, merged: false, by: 'octo-reader' };
    case 'retargeted':
      return pull === undefined
        ? undefined
        : { kind: 'pull-retargeted', item: item.issue, pull, to: a % 2 === 0 ? 'main' : plan.branch };
    case 'reviewed':
      return pull === undefined || !('work' in state)
        ? undefined
        : { kind, item: item.issue, pull, head: state.work.head, approved: b % 4 > 0 };
    case 'pushed':
      return pull === undefined
        ? undefined
        : {
            kind: 'pushed-by-person',
            item: item.issue,
            head: String(b).padStart(40, 'f'),
            refused: a % 2 === 0 ? [] : [{ path: 'README.md', why: 'outside' }],
            changes: [],
          };
    default:
      return undefined;
  }
};

const headOf = (item: number, attempt: number): string => `${attempt}${String(item).padStart(39, 'a')}`;

/** What people do to the issues; the next look tells. */
const change = (story: Story, { kind, a, b }: Move): void => {
  const at = a % story.items.length;
  const found = story.items[at];
  if (found === undefined) return;
  const { labelled: _was, ...bare } = found;
  const put = (next: SeenIssue): void => void story.items.splice(at, 1, next);
  if (kind === 'edit') put({ ...found, body: b % 3 === 0 ? 'nothing' : `${found.body}\n<!-- ${b} -->` });
  if (kind === 'unlabel') put({ ...bare, labels: [] });
  if (kind === 'label') put(issue(found.issue, found.body, { open: true }));
  if (kind === 'close') put({ ...found, open: false });
  if (kind === 'vanish' && story.items.length > 2) story.items.splice(at, 1);
  if (kind === 'add' && story.items.length < 6) {
    const number = Math.max(...story.items.map((other) => other.issue)) + 1;
    story.items.push(issue(number, body(`src/new-${number}.ts`)));
  }
  if (kind === 'unlabel-plan' && story.planIssue !== undefined && b % 4 === 0) {
    const { labelled: _on, ...plain } = story.planIssue;
    story.planIssue = { ...plain, labels: [] };
  }
};

/** Does one thing of the world to a story. */
export const act = (story: Story, chosen: Move): void => {
  const move = chosen.kind === 'go' && story.plan !== undefined ? usual(story.plan, chosen) : chosen;
  if (move.kind === 'say') {
    const on = [1, 2, 3, 4, 5, 122, 200, 999][move.b % 8] ?? 1;
    story.say(VERBS[move.a % VERBS.length] ?? 'start', { on, permission: move.b % 11 === 0 ? 'read' : 'write' });
    return;
  }
  const fact = factOf(story, move);
  if (fact !== undefined) {
    story.tell(fact);
    return;
  }
  change(story, move);
  story.look();
};
