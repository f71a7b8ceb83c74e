import { createHash } from 'node:crypto';
import { decide } from '#core/journey.ts';
import type { Base, Effect, Fact, Permission, Plan, SeenIssue, Settings, Snapshot, Work } from '#core/types.ts';

/** Settings of a repository that says nothing, but lets verified members in without a review. */
export const SETTINGS: Settings = {
  modelByKind: {},
  setup: [],
  verify: ['node --test'],
  strategy: 'integration',
  integrate: 'verified',
  protected: { add: [], allow: [] },
  draft: false,
  reviewRounds: 1,
};

const REPOSITORY = { installation: 7, id: 42, owner: 'acme', name: 'shop' };

/** An item's body that passes the check: it owns one file. */
export const body = (path: string, more = ''): string =>
  `### Scope\n- create \`${path}\`\n\n### Context\nA part of the shop that is needed.\n\n### Contracts\nNone\n\n### Verification\n\`\`\`sh\nnode --test ${path}\n\`\`\`\n${more}`;

export const issue = (number: number, text: string, more: Partial<SeenIssue> = {}): SeenIssue => ({
  issue: number,
  title: `Part ${number}`,
  body: text,
  open: true,
  labels: ['parallel'],
  author: 'octo-maintainer',
  labelled: { by: 'octo-maintainer', permission: 'admin' },
  ...more,
});

/** A plan's life told fact by fact; every decision is the real one. */
export class Story {
  plan: Plan | undefined;
  effects: readonly Effect[] = [];
  readonly all: Effect[] = [];
  items: SeenIssue[];
  planIssue: SeenIssue | undefined;
  settings: Settings;
  elsewhere: Snapshot['elsewhere'] = [];
  lastFact: Fact | undefined;
  #told = 0;
  #clock = Date.parse('2026-01-01T00:00:00.000Z');

  constructor(items: SeenIssue[], options: { alone?: boolean; settings?: Partial<Settings> } = {}) {
    this.items = items;
    this.settings = { ...SETTINGS, ...options.settings };
    this.planIssue =
      options.alone === true
        ? undefined
        : issue(1, '### Goal\nA better shop.\n\n### Verification\n```sh\nnode --test\n```\n', { title: 'Better shop' });
  }

  snapshot(): Snapshot {
    return {
      repository: REPOSITORY,
      at: new Date(this.#clock).toISOString(),
      defaultBranch: 'main',
      base: { sha: 'b'.repeat(40), paths: new Set(['README.md']), read: {} },
      items: this.items,
      elsewhere: this.elsewhere,
      settings: this.settings,
      settingsProblems: [],
      staffing: { agents: {}, roles: [], roleProblems: [] },
      claims: { version: 0, taken: [] },
      ...(this.planIssue === undefined ? {} : { plan: this.planIssue }),
    };
  }

  /** Gives the plan one fact; identity and time are the story's. */
  tell(fact: Untold): this {
    this.#told += 1;
    this.#clock += 1_000;
    return this.again({ ...fact, id: `fact-${this.#told}`, at: new Date(this.#clock).toISOString() } as Fact);
  }

  /** Gives the plan a fact with the name and time that it has. */
  again(fact: Fact): this {
    this.lastFact = fact;
    const decision = decide(this.plan, fact, hash);
    this.effects = decision?.effects ?? [];
    this.all.push(...this.effects);
    if (decision !== undefined) this.plan = decision.plan;
    return this;
  }

  look(): this {
    return this.tell({ kind: 'seen', snapshot: this.snapshot(), because: 'told' });
  }

  say(
    verb: string,
    options: { on?: number; permission?: Permission; author?: boolean; issues?: readonly number[] } = {},
  ): this {
    return this.tell({
      kind: 'commanded',
      snapshot: this.snapshot(),
      reading: { kind: 'command', command: { verb, issues: options.issues ?? [], text: '' } },
      on: options.on ?? this.planIssue?.issue ?? this.items[0]?.issue ?? 0,
      comment: 900 + this.#told,
      actor: 'octo-maintainer',
      permission: options.permission ?? 'write',
      author: options.author ?? false,
    });
  }

  /** Started, with its base ready. */
  started(): this {
    const base: Base = { sha: 'b'.repeat(40), contracts: 'c'.repeat(40) };
    return this.look().say('start').tell({ kind: 'prepared', base });
  }

  /** A worker takes the queued attempt of an item. */
  claim(item: number, claim = `claim-${item}`): this {
    const state = this.state(item);
    if (state.name !== 'queued' && state.name !== 'running') throw new Error(`#${item} is ${state.name}`);
    return this.tell({ kind: 'attempt-claimed', item, attempt: state.attempt, claim });
  }

  /** The running attempt of an item ends well and its pull request opens as number 100 + item. */
  verify(item: number, claim = `claim-${item}`): this {
    const state = this.state(item);
    if (state.name !== 'running') throw new Error(`#${item} is ${state.name}`);
    return this.tell({
      kind: 'attempt-ended',
      item,
      attempt: state.attempt,
      claim,
      outcome: { ok: true, work: work(item, state.attempt) },
    });
  }

  propose(item: number): this {
    return this.claim(item)
      .verify(item)
      .tell({ kind: 'pull-opened', item, head: work(item, 1).head, pull: 100 + item });
  }

  state(item: number) {
    const found = this.plan?.items.find((other) => other.issue === item);
    if (found === undefined) throw new Error(`No item #${item}`);
    return found.state;
  }

  /** Names of all items' states, by number. */
  states(): Record<number, string> {
    return Object.fromEntries((this.plan?.items ?? []).map((item) => [item.issue, item.state.name]));
  }

  /** Kinds of the last effects; comments, labels and forecasts aside. */
  asked(): readonly string[] {
    return this.effects
      .filter((effect) => !['panel', 'report', 'label', 'paint', 'forecast', 'conflict-note'].includes(effect.kind))
      .map((effect) =>
        'item' in effect
          ? `${effect.kind} ${effect.item}`
          : effect.kind === 'react'
            ? `react ${effect.reaction}`
            : effect.kind,
      );
  }
}

type Untold = Fact extends infer One ? (One extends Fact ? Omit<One, 'id' | 'at'> : never) : never;

/** What an attempt brought: one file, its head made from the item's number. */
export const work = (item: number, attempt: number): Work => ({
  attempt,
  head: String(item).padStart(40, 'a'),
  base: 'c'.repeat(40),
  changes: [{ path: `src/${item}.ts`, kind: 'added', oldMode: '000000', newMode: '100644', size: 10 }],
  verification: [{ command: 'node --test', ok: true, status: 0, tail: 'ok', seconds: 1 }],
  agent: 'script',
  sandbox: 'bubblewrap',
  seconds: 3,
  summary: 'Done.',
  prompt: 'f'.repeat(64),
});

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
