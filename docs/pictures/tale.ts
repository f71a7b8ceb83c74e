import { createHash } from 'node:crypto';
import { members } from '#core/forecast/members.ts';
import { decide } from '#core/journey.ts';
import { styleProfile } from '#core/style/profile.ts';
import type { CommandResult, Fact, Forecast, Plan, SeenIssue, Settings, Snapshot, Work } from '#core/types.ts';
import { readRepository } from '../../src/config/repository.ts';

const START = Date.parse('2026-05-04T09:00:00.000Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
/** A hash that looks like a commit's. */
export const sha = (text: string): string => hash(text).slice(0, 40);

const SETTINGS: Settings = {
  ...readRepository(
    'setup: [npm ci]\nverify: [node --test]\nbudget: 4\ntimeout: 30\nattempts: 3\nintegrate: verified\n',
  ).settings,
};

const BASE = [
  'package.json',
  'README.md',
  '.env.example',
  'src/server.ts',
  'src/shared/http.ts',
  'src/routes/index.ts',
  'src/routes/health.ts',
  'src/components/Nav.ts',
  'src/components/html.ts',
];

/** An issue as a maintainer has filed and labelled it. */
export const seen = (issue: number, title: string, body: string, more: Partial<SeenIssue> = {}): SeenIssue => ({
  issue,
  title,
  body,
  open: true,
  labels: ['parallel'],
  author: 'mona',
  labelled: { by: 'mona', permission: 'maintain' },
  ...more,
});

type Told = Fact extends infer One ? (One extends Fact ? Omit<One, 'id' | 'at'> : never) : never;

/** A plan and what happened to it, minute by minute, decided by the app itself. */
export class Tale {
  plan: Plan | undefined;
  minute = 0;
  #facts = 0;
  issues: SeenIssue[];

  constructor(issues: readonly SeenIssue[]) {
    this.issues = [...issues];
  }

  tell(fact: Told, minutes = 0): this {
    this.minute += minutes;
    this.#facts += 1;
    const whole = { ...fact, id: `fact-${this.#facts}`, at: this.now() } as Fact;
    this.plan = decide(this.plan, whole, hash)?.plan;
    return this;
  }

  now(): string {
    return new Date(START + this.minute * 60_000).toISOString();
  }

  snapshot(): Snapshot {
    const [first, ...rest] = this.issues;
    const whole = rest.length > 0;
    return {
      repository: { installation: 1, id: 1, owner: 'octo-org', name: 'shop' },
      at: '2026-01-01T00:00:00.000Z',
      defaultBranch: 'main',
      base: { sha: sha('base'), paths: new Set(BASE), read: { '.env.example': 'AVATAR_BUCKET=\n' } },
      items: whole ? rest : this.issues,
      elsewhere: [],
      settings: SETTINGS,
      settingsProblems: [],
      staffing: { agents: {}, roles: [], roleProblems: [] },
      claims: { version: 0, taken: [] },
      ...(whole && first !== undefined ? { plan: first } : {}),
    };
  }

  look(): this {
    return this.tell({ kind: 'seen', snapshot: this.snapshot(), because: 'a picture' });
  }

  say(verb: string, on: number, actor = 'mona', permission: 'maintain' | 'read' = 'maintain'): this {
    return this.tell({
      kind: 'commanded',
      snapshot: this.snapshot(),
      reading: { kind: 'command', command: { verb, issues: [], text: '' } },
      on,
      comment: 1,
      actor,
      permission,
      author: false,
    });
  }

  claim(item: number): this {
    return this.tell({ kind: 'attempt-claimed', item, attempt: this.#attempt(item), claim: `c${item}` });
  }

  step(item: number, step: 'implement' | 'verify', minutes = 0): this {
    return this.tell({ kind: 'attempt-stepped', item, attempt: this.#attempt(item), claim: `c${item}`, step }, minutes);
  }

  done(item: number, minutes: number, files: readonly string[]): this {
    const work = workOf(item, files, minutes * 60 + item * 7);
    return this.tell(
      { kind: 'attempt-ended', item, attempt: this.#attempt(item), claim: `c${item}`, outcome: { ok: true, work } },
      minutes,
    ).tell({ kind: 'pull-opened', item, head: work.head, pull: 10 + item });
  }

  fail(item: number, results: readonly CommandResult[]): this {
    const failure = { kind: 'verification', results } as const;
    return this.tell(
      {
        kind: 'attempt-ended',
        item,
        attempt: this.#attempt(item),
        claim: `c${item}`,
        outcome: { ok: false, failure, cost: 0.51 },
      },
      2,
    );
  }

  /** What the agent of an item has so far is kept. */
  checkpoint(item: number): this {
    const commit = sha(`checkpoint ${item}`);
    return this.tell({ kind: 'attempt-checkpointed', item, attempt: this.#attempt(item), claim: `c${item}`, commit });
  }

  /** The heads of now were merged in pairs and read for their style. */
  foretell(conflicts: Forecast['conflicts'], files: Readonly<Record<number, Readonly<Record<string, string>>>>): this {
    if (this.plan === undefined) throw new Error('The story has no plan.');
    const now = members(this.plan);
    const styles = Object.fromEntries(
      Object.entries(files).map(([item, texts]) => [
        item,
        styleProfile(
          now.heads[Number(item)] ?? '',
          Object.entries(texts).map(([path, after]) => ({ path, kind: 'added', after })),
        ),
      ]),
    );
    return this.tell({ kind: 'forecast', forecast: { base: sha('contracts'), ...now, conflicts }, styles });
  }

  #attempt(item: number): number {
    const state = this.plan?.items.find((other) => other.issue === item)?.state;
    if (state === undefined || !('attempt' in state)) throw new Error(`#${item} is ${state?.name ?? 'unknown'}`);
    return state.attempt;
  }
}

/** A command that passed, with the end of its output. */
export const passed = (command: string, tail: string): CommandResult => ({
  command,
  ok: true,
  status: 0,
  tail,
  seconds: 4,
});

const workOf = (item: number, files: readonly string[], seconds: number): Work => ({
  attempt: 1,
  head: sha(`head ${item}`),
  base: sha('contracts'),
  changes: files.map((path) => ({ path, kind: 'added', oldMode: '000000', newMode: '100644', size: 800 })),
  verification: [
    passed(
      `node --test ${files.at(-1) ?? ''}`,
      '✔ stores a picture and answers with its address\n✔ refuses a picture over 5 MB\nℹ tests 2\nℹ pass 2\nℹ fail 0',
    ),
  ],
  agent: 'claude',
  sandbox: 'bubblewrap',
  cost: 0.2 + item / 10,
  seconds,
  summary: 'Stores pictures in the bucket that the variable names, under an address made from their content.',
  prompt: hash(`prompt ${item}`),
});
