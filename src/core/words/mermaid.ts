import type { Item, ItemState, Plan } from '#core/types.ts';

/** Fill and text of a node by what its state means; readable on GitHub's light and dark pages. */
const COLOUR: Readonly<Record<string, string>> = {
  idle: 'fill:#eaeef2,stroke:#6e7781,color:#24292f',
  going: 'fill:#ddf4ff,stroke:#0969da,color:#0a3069',
  good: 'fill:#dafbe1,stroke:#1a7f37,color:#0f5323',
  held: 'fill:#fff8c5,stroke:#9a6700,color:#633c01',
  bad: 'fill:#ffebe9,stroke:#cf222e,color:#82071e',
};

const CLASS: Readonly<Record<ItemState['name'], keyof typeof COLOUR>> = {
  draft: 'bad',
  ready: 'idle',
  waiting: 'idle',
  queued: 'going',
  running: 'going',
  publishing: 'going',
  proposed: 'good',
  merged: 'good',
  held: 'held',
  failed: 'bad',
  cancelled: 'bad',
  skipped: 'bad',
};

/** Mermaid on GitHub draws at most 500 arrows, and many more than a hundred boxes nobody reads. */
const MOST = { items: 120, arrows: 400 };

/** The plan's graph for GitHub's Mermaid: dependencies as arrows, states as colours. Empty for one that is too big to draw. */
export const mermaid = (plan: Plan): string => {
  const arrows = plan.items.flatMap((item) =>
    item.dependsOn
      .filter((other) => plan.items.some((found) => found.issue === other))
      .map((other) => `  i${other} --> i${item.issue}`),
  );
  if (plan.items.length === 0 || plan.items.length > MOST.items || arrows.length > MOST.arrows) return '';
  return [
    '```mermaid',
    'graph LR',
    ...plan.items.map((item) => `  i${item.issue}["${label(item)}"]:::${CLASS[item.state.name]}`),
    ...arrows,
    ...integration(plan),
    ...Object.entries(COLOUR).map(([name, style]) => `  classDef ${name} ${style}`),
    '```',
  ].join('\n');
};

/** The branch that all members end in. */
const integration = (plan: Plan): readonly string[] =>
  plan.settings.strategy === 'integration'
    ? [
        `  merge(["integration/${plan.issue}"]):::${plan.integration === undefined ? 'idle' : 'good'}`,
        ...tips(plan).map((issue) => `  i${issue} -.-> merge`),
      ]
    : [];

/** Items that nothing waits for. */
const tips = (plan: Plan): readonly number[] =>
  plan.items
    .filter((item) => !plan.items.some((other) => other.dependsOn.includes(item.issue)))
    .map((item) => item.issue);

/** Mermaid ends a label at `"` and reads `#…;` as an entity (`#35;` is `#`): only letters, digits and plain marks stay. */
const label = (item: Item): string => {
  const title = item.text.title
    .replace(/[^\p{L}\p{N} .,:+/-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `#35;${item.issue} ${title.length > 36 ? `${title.slice(0, 35)}…` : title}`;
};
