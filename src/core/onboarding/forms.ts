import { type Field, formFile } from './form.ts';

const NONE = 'None';

/** The sections of an item (spec 2.1), in the order in which a person thinks. */
export const ITEM_FIELDS: readonly Field[] = [
  {
    label: 'Scope',
    description:
      'Which files does this item own? One path pattern an entry, relative to the root: `create`, `modify` or `delete`, then the pattern. No two items that run at one time may own the same file.',
    required: true,
    placeholder: '- create `src/services/avatar.ts`\n- create `src/services/avatar.test.ts`',
  },
  {
    label: 'Context',
    description: 'What is the wider task, and how does this item fit in? The agent sees no other issue.',
    required: true,
  },
  {
    label: 'Contracts',
    description:
      'What does it give to other items, and what does it take from them? `provides` or `consumes`, then path and signature in code spans. `None` when it touches no other part.',
    required: true,
    placeholder: '- provides `src/services/avatar.ts` `storeAvatar(user: string, image: Buffer): Promise<string>`',
    value: NONE,
  },
  {
    label: 'Constraints',
    description: 'What must it leave alone? Patterns after "do not touch" are refused whatever the agent does.',
    required: false,
    placeholder: '- Do not touch `src/auth/**`',
  },
  {
    label: 'Verification',
    description:
      'How is it known that it works? Commands in the block must pass; list entries are criteria for the reviewer.',
    required: true,
    value: '```sh\nnpm test\n```',
  },
  {
    label: 'Depends on',
    description: 'Issues that must be done first. Fewer is faster.',
    required: false,
    placeholder: '- #12',
  },
  {
    label: 'Plan',
    description: 'The plan issue that this is a part of.',
    required: false,
    placeholder: '#10',
    short: true,
  },
  {
    label: 'Agent',
    description: 'Wishes, one a line: `agent:`, `model:`, `kind:`, `budget:` (US dollars), `timeout:` (minutes).',
    required: false,
    placeholder: 'budget: 2\ntimeout: 20',
  },
];

/** The sections of a plan (spec 2.2). */
export const PLAN_FIELDS: readonly Field[] = [
  { label: 'Goal', description: 'What is there when all items are done?', required: true },
  {
    label: 'Contracts',
    description:
      'Files that are agreed before any agent starts: fenced blocks whose first line names language and path. They are committed first and read-only for all.',
    required: false,
    placeholder: '```ts src/shared/profile.ts\nexport type Profile = { readonly name: string };\n```',
  },
  {
    label: 'Items',
    description: 'The items, unless they are sub-issues of this one.',
    required: false,
    placeholder: '- [ ] #11\n- [ ] #12',
  },
  {
    label: 'Strategy',
    description: '`integration` (one pull request in the end), `sequential` or `direct`.',
    required: false,
    placeholder: 'integration',
    short: true,
  },
  {
    label: 'Verification',
    description: 'Commands that must pass after every merge: they prove that the parts work together.',
    required: false,
    value: '```sh\nnpm test\n```',
  },
  {
    label: 'Limits',
    description: 'One a line: `budget:` (US dollars), `slots:` (agents at once), `attempts:`.',
    required: false,
    placeholder: 'budget: 10\nslots: 4',
  },
];

/** `.github/ISSUE_TEMPLATE/parallel-item.yml`. */
export const itemForm = (): string =>
  formFile({
    name: 'Parallel item',
    description: 'One piece of work for one agent: its own files, its own branch, its own pull request',
    introduction:
      'Fill this in, then let a maintainer apply the label `parallel`: it is checked at once. `/parallel start` starts the work.',
    fields: ITEM_FIELDS,
  });

/** `.github/ISSUE_TEMPLATE/parallel-plan.yml`. */
export const planForm = (): string =>
  formFile({
    name: 'Parallel plan',
    description: 'Several items that are built at the same time and integrated into one pull request',
    introduction:
      'Add the items as sub-issues, let a maintainer apply the label `parallel` to all of them and to this issue, then say `/parallel start` here.',
    fields: PLAN_FIELDS,
  });
