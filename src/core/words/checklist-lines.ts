import { styleRows } from '#core/style/compare.ts';
import type { Item, MemberOutcome, Plan } from '#core/types.ts';
import { numbers } from '#core/words/state.ts';
import { testedAsOne } from '#core/words/tested-as-one.ts';

/** A line that a fact ticks, or that is left for a person. */
export type Line = { readonly text: string; readonly done: boolean } | { readonly text: string; readonly person: true };

type Group = readonly [name: string, lines: readonly Line[]];

/** What is to be true before, during and after the integration, in this order. */
export const checklistLines = (plan: Plan, open: boolean): readonly Group[] => {
  const all = plan.items.length > 0;
  const merged = (plan.integration?.members ?? []).filter((member) => 'merged' in member);
  return [
    [
      'Pre-integration',
      [
        { text: 'every item verified on its own', done: all && plan.items.every((item) => 'work' in item.state) },
        reviews(plan),
        packages(plan),
        contracts(plan),
        migrations(plan),
        {
          text: 'file contracts committed first and unchanged',
          done: (plan.state.name !== 'running' || plan.state.base !== 'preparing') && !isFileChanged(plan),
        },
        {
          text: 'no item outside its scope',
          done: !plan.items.some(({ state }) => isOutside(state)),
        },
      ],
    ],
    [
      'During integration',
      [inOrder(plan, merged), verifiedEach(plan, merged), conflicts(plan, merged), nobodyOut(plan, merged)],
    ],
    [
      'Post-integration',
      [
        ...afterwards(plan, merged),
        { text: 'integration pull request open', done: open },
        { text: 'reviewed as a whole: consistent style, no leftovers', person: true },
        { text: 'landed', done: plan.state.name === 'landed' },
      ],
    ],
  ];
};

type Merged = Extract<MemberOutcome, { readonly merged: string }>;

const isFileChanged = (plan: Plan): boolean =>
  plan.integration?.contracts?.some(({ verb, verdict }) => verb === 'file' && verdict !== 'found') ?? false;

const isOutside = (state: Item['state']): boolean =>
  (state.name === 'failed' && state.failure.kind === 'guard') ||
  (state.name === 'held' && state.why.kind === 'outside-scope');

const reviews = (plan: Plan): Line => {
  const open = plan.items.filter((item) => !('work' in item.state) || item.approvedHead !== item.state.work.head);
  const text = 'every individual pull request reviewed and approved';
  // A pull request that the app merged counts as approved afterwards; nobody need have read it.
  if (plan.settings.integrate === 'verified')
    return { text: `${text} (members are let in when verified)`, person: true };
  return open.length === 0 && plan.items.length > 0
    ? { text, done: true }
    : { text: `${text}: ${numbers(open.map((item) => item.issue))} missing`, done: false };
};

/** Packages that members add: one version of each, and only what the repository allows. */
const packages = (plan: Plan): Line => {
  const text = 'no dependency conflicts between branches';
  const added = styleRows(plan).flatMap((row) => row.packages);
  const bad = [...new Set(added.filter(({ refused, differs }) => refused || differs).map(({ name }) => name))];
  if (bad.length > 0) return { text: `${text}: the packages that members add do not go together`, done: false };
  return { text, done: isComplete(plan) && (plan.styles !== undefined || plan.items.length < 2) };
};

const isComplete = (plan: Plan): boolean => plan.items.length > 0 && plan.items.every((item) => 'work' in item.state);

const contracts = (plan: Plan): Line => {
  const text = 'shared types and interfaces match across all branches';
  const findings = plan.integration?.contracts;
  if (findings !== undefined) {
    const bad = findings.filter(({ verdict }) => verdict === 'missing' || verdict === 'differs');
    return bad.length === 0
      ? { text, done: true }
      : { text: `${text}: ${bad.length} of ${findings.length} contracts do not`, done: false };
  }
  const agreed = !plan.report.problems.some(({ code }) => code === 'contract-mismatch');
  const none = plan.items.every((item) => item.text.contracts.length === 0);
  return { text, done: agreed && none && isComplete(plan) };
};

/** Folders whose files are numbered, as the check of scopes knows them. */
const NUMBERED = /(?:^|\/)((?:[^/]+\/)*(?:migrations|migration|migrate|versions))\/0*(\d+)[^/]*$/i;

const migrations = (plan: Plan): Line => {
  const taken = new Map<string, number>();
  const twice = new Set<number>();
  for (const { issue, state } of plan.items)
    for (const { path, kind } of 'work' in state ? state.work.changes : []) {
      const [, folder, number] = (kind === 'added' ? NUMBERED.exec(path) : null) ?? [];
      if (folder === undefined || number === undefined) continue;
      const key = `${folder.toLowerCase()} ${number}`;
      const other = taken.get(key);
      if (other !== undefined && other !== issue) for (const one of [other, issue]) twice.add(one);
      taken.set(key, issue);
    }
  const text = 'migration sequence numbers do not conflict';
  return twice.size === 0
    ? { text, done: isComplete(plan) }
    : { text: `${text}: those of ${numbers([...twice].sort((a, b) => a - b))} do`, done: false };
};

/** Read off the round: nobody was merged before what it needs. */
const inOrder = (plan: Plan, merged: readonly Merged[]): Line => {
  const place = new Map(merged.map((member, at) => [member.item, at]));
  const done = merged.every((member, at) =>
    (plan.items.find((item) => item.issue === member.item)?.dependsOn ?? []).every(
      (needed) => (place.get(needed) ?? -1) < at,
    ),
  );
  return { text: 'merged in dependency order', done: merged.length > 0 && done };
};

const verifiedEach = (plan: Plan, merged: readonly Merged[]): Line => {
  if (plan.settings.verify.length === 0)
    return { text: 'verified after each merge (the plan names no command)', person: true };
  const asOne = testedAsOne(merged);
  return {
    text: asOne === '' ? 'verified after each merge' : `verified after each merge: ${asOne} (policy \`tip\`)`,
    done: merged.length > 0 && merged.every(({ verification }) => verification.every((result) => result.ok)),
  };
};

const conflicts = (plan: Plan, merged: readonly Merged[]): Line => {
  const text = 'conflicts resolved with full context';
  const held = plan.items.filter(({ state }) => state.name === 'held' && state.why.kind === 'conflict');
  if (held.length > 0) return { text: `${text}: ${numbers(held.map((item) => item.issue))} still held`, person: true };
  return { text: merged.length > 0 ? `${text} (none is left)` : text, done: merged.length > 0 };
};

const nobodyOut = (plan: Plan, merged: readonly Merged[]): Line => ({
  text: 'no member held or failed',
  done:
    merged.length > 0 &&
    !plan.items.some(({ state }) => ['failed', 'skipped', 'cancelled', 'held'].includes(state.name)),
});

/** What the plan's own commands show on the merged tree; the rest is for a person. */
const afterwards = (plan: Plan, merged: readonly Merged[]): readonly Line[] => {
  const ran = merged.at(-1)?.verification ?? [];
  const green = ran.length > 0 && ran.every((result) => result.ok);
  const named = (sign: RegExp): boolean => ran.some(({ command }) => sign.test(command));
  const line = (text: string, known: boolean): Line => (known ? { text, done: green } : { text, person: true });
  const commands = plan.settings.verify.length > 0;
  return [
    line('full test suite passes', commands),
    line('integration and end-to-end (E2E) tests pass', named(/e2e|end-to-end|integration|playwright|cypress/i)),
    line('no regressions in existing functionality: what passed on the base passes now', commands),
    line('performance benchmarks within acceptable range', named(/bench/i)),
  ];
};
