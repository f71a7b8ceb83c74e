/** The sections of an item (spec 2.1): the name, then what else it may be called. All in lower case. */
export const ITEM_SECTIONS = {
  scope: ['scope', 'files', 'ownership'],
  context: ['context', 'background', 'description', 'instructions'],
  contracts: ['contracts', 'contract', 'interface contract', 'interfaces'],
  constraints: ['constraints'],
  verification: ['verification', 'verify', 'tests', 'acceptance', 'acceptance criteria'],
  dependsOn: ['depends on', 'dependencies', 'blocked by'],
  plan: ['plan', 'parent', 'part of'],
  agent: ['agent', 'worker'],
} as const;

/** The sections of a plan (spec 2.2); those it shares with items go by the same names there. */
export const PLAN_SECTIONS = {
  goal: ['goal'],
  contracts: ITEM_SECTIONS.contracts,
  items: ['items'],
  strategy: ['strategy'],
  mergeOrder: ['merge order'],
  verification: ITEM_SECTIONS.verification,
  decisions: ['decisions'],
  limits: ['limits'],
} as const;

/** Names by key, the first being what a person is told to write. */
export type SectionNames = Readonly<Record<string, readonly [string, ...string[]]>>;

/** `depends on` as a heading: `Depends on`. */
export const asHeading = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
