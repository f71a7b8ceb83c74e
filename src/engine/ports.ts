/**
 * What the engine asks of the world. Adapters implement these; the engine knows nothing behind them.
 * Expected outcomes are values. A throw means "not now": the job is retried with backoff and nothing is lost.
 */

import type { FindSecret } from '#core/guard/known-secrets.ts';
import type { Tier } from '#core/staffing/model-of.ts';
import type {
  Brought,
  ChainRecord,
  Change,
  Claim,
  CommandResult,
  Effect,
  Hash,
  Instant,
  Permission,
  Plan,
  PlanId,
  Progress,
  Reaction,
  Repository,
  Role,
  Settings,
  SettingsSchema,
  Sha,
  Spending,
  SpentBudget,
  Tokens,
} from '#core/types.ts';
import type { Slots } from '#engine/slots.ts';
import type { Money } from '#engine/spend/purse-for.ts';

// ---------------------------------------------------------------------------------------------- store

/** A plan with the version it was read at; versions start at 1 and grow by one with each commit. */
export type Versioned = { readonly plan: Plan; readonly version: number };

export type Commit = {
  readonly plan: Plan;
  /** The version that the decision was made on; 0 for a plan that is not stored yet. */
  readonly expected: number;
  readonly effects: readonly Effect[];
  /** Ids of the facts that this commit handles: a fact is handled once. */
  readonly facts: readonly string[];
  /** Replaces the plan's claims; refused when another plan changed the repository's claims since `version`. */
  readonly claims?: { readonly version: number; readonly hold: readonly Claim[] };
};

/** `already`: one of the facts was handled before. `conflict`: version or claims moved; load and decide again. */
export type Committed = 'saved' | 'already' | 'conflict';

/** An effect that was decided and is not handed to the queue yet. */
export type Outboxed = { readonly plan: PlanId; readonly repository: Repository; readonly effect: Effect };

/** What a sum over the cost ledger is about: an attempt or item of a plan, a plan, or a day in UTC (`2025-11-30`). */
export type SpendingScope =
  | { readonly plan: PlanId; readonly item?: number; readonly attempt?: number }
  | { readonly day: string };

/** US dollars that a request to a model may cost, set aside while it is under way. */
export type Hold = {
  /** The request's; its row of the ledger has the same. */
  readonly id: string;
  readonly plan: PlanId;
  readonly item: number;
  readonly attempt: number;
  readonly dollars: number;
};

/** A limit on what is spent and set aside in a scope together; without `dollars` it is only asked about. */
export type Bound = { readonly scope: SpendingScope; readonly dollars: number | undefined };

/** Was it set aside? And for each bound in order: what the ledger has, and what is set aside for others. */
export type Held = {
  readonly held: boolean;
  readonly standing: readonly { readonly spent: number; readonly held: number }[];
};

export interface Store {
  load(plan: PlanId): Promise<Versioned | undefined>;
  /** One transaction: new state, effects, facts, claims; all or nothing. */
  commit(commit: Commit): Promise<Committed>;
  /** Was a fact with this id handled? */
  handled(fact: string): Promise<boolean>;
  /** All plans, or those of one repository. */
  plans(repository?: number): Promise<readonly Plan[]>;
  /** Scopes held in a repository, and the version to claim against (0 when never claimed). */
  claims(repository: number): Promise<{ readonly version: number; readonly taken: readonly Claim[] }>;
  /** Effects not yet relayed, oldest first. */
  outbox(limit: number): Promise<readonly Outboxed[]>;
  /** Takes effects off the outbox, by name. */
  relayed(names: readonly string[]): Promise<void>;
  /** The ledger: what was done under a name, for ever as far as retention of queues goes. Values are JSON. */
  recall(name: string): Promise<unknown>;
  record(name: string, value: unknown): Promise<void>;
  /** Records `after` if what is recorded is still `before` (`undefined`: nothing); false when it is not, and then nothing changed. */
  swap(name: string, before: unknown, after: unknown): Promise<boolean>;
  /**
   * Sets dollars aside for `seconds`, if with the ledger and with what is set aside for others every bound is kept; all
   * in one step, whoever else asks. What is there under its id is replaced when it fits, and stays when not. What is set
   * aside counts for every day.
   */
  hold(hold: Hold, bounds: readonly Bound[], seconds: number): Promise<Held>;
  /** Keeps what is set aside for `seconds` from now, also where its time had run out. */
  keepHolds(holds: readonly Hold[], seconds: number): Promise<void>;
  /** Frees what was set aside for requests that have no row. */
  release(ids: readonly string[]): Promise<void>;
  /** Appends to the cost ledger and frees what was set aside for it, in one step; a row whose id is there already is not added again. */
  spend(rows: readonly Spending[]): Promise<void>;
  /** US dollars in the ledger of a scope. */
  spent(scope: SpendingScope): Promise<number>;
  /** Rows of the ledger in order of time, from `since` on (all when absent). */
  spendings(since?: Instant): Promise<readonly Spending[]>;
  /** Answers when the database does; throws when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- queues

/** A hint from outside: something about this issue or pull request changed. The engine reads the state again. */
export type Hint = { readonly id: string; readonly at: Instant; readonly repository: Repository } & (
  | { readonly kind: 'issue'; readonly issue: number; readonly because: string; readonly labelledBy?: string }
  | {
      readonly kind: 'comment';
      readonly issue: number;
      readonly isPull: boolean;
      readonly comment: number;
      readonly body: string;
      readonly actor: string;
      readonly author: boolean;
    }
  | { readonly kind: 'pull'; readonly pull: number; readonly because: string }
  | { readonly kind: 'push'; readonly branch: string; readonly head: Sha }
);

export interface Queues {
  /** Durably enqueues a hint; a hint whose id is queued already is ignored. */
  hint(hint: Hint): Promise<void>;
  /** Hands effects to their queues; an effect whose name is queued already is ignored. */
  effects(effects: readonly Outboxed[]): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- GitHub

export type GitHubIssue = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly labels: readonly string[];
  readonly author: string;
  readonly isPull: boolean;
};

export type GitHubPull = {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly head: { readonly ref: string; readonly sha: Sha };
  readonly base: { readonly ref: string };
  /** Opened by this app. */
  readonly ours: boolean;
  readonly closedBy?: string;
};

export type GitHubReview = {
  readonly by: string;
  readonly commit: Sha;
  readonly state: string;
  readonly submittedAt: Instant;
};

/** A comment on an issue or a pull request, as a look finds it. */
export type GitHubComment = {
  readonly id: number;
  readonly issue: number;
  readonly isPull: boolean;
  readonly body: string;
  readonly by: string;
  /** A person wrote it, no bot and no app. */
  readonly byHand: boolean;
  /** When it was last changed; `edited` when that was after it was written. */
  readonly changed: Instant;
  readonly edited: boolean;
};

/** What a reviewer wrote: of the whole, or of a line of a file. `commit` is the one that was looked at. */
export type GitHubRemark = {
  readonly by: string;
  readonly commit: Sha;
  readonly body: string;
  readonly path?: string;
  readonly line?: number;
};

export type NewPull = {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
};

/** GitHub for one installation. Reads answer `undefined` for what is not there (404, 410); other failures throw. */
export interface GitHub {
  repository(
    repository: Repository,
  ): Promise<{ readonly defaultBranch: string; readonly private: boolean } | undefined>;
  issue(repository: Repository, issue: number): Promise<GitHubIssue | undefined>;
  /** The parent of a sub-issue; undefined without one or where the API lacks it. */
  parent(repository: Repository, issue: number): Promise<number | undefined>;
  /** Sub-issues in order; undefined where the API lacks them. */
  subIssues(repository: Repository, issue: number): Promise<readonly number[] | undefined>;
  /** GitHub's own "blocked by"; undefined where the API lacks it. Fails closed: any other failure throws. */
  blockedBy(repository: Repository, issue: number): Promise<readonly number[] | undefined>;
  /** Who applied a label that stands on the issue now, from its events. */
  labelledBy(repository: Repository, issue: number, label: string): Promise<string | undefined>;
  /** An error is a no: a person who cannot be asked about has `none`. */
  permission(repository: Repository, login: string): Promise<Permission>;
  /** Open issues with a label. */
  labelled(repository: Repository, label: string): Promise<readonly number[]>;
  pull(repository: Repository, pull: number): Promise<GitHubPull | undefined>;
  /** Pull requests of a head branch, any state, newest first. */
  pullsOf(repository: Repository, head: string): Promise<readonly GitHubPull[]>;
  reviews(repository: Repository, pull: number): Promise<readonly GitHubReview[]>;
  /** The words of reviews and of comments on lines, oldest first; nothing that is pending. */
  remarks(repository: Repository, pull: number): Promise<readonly GitHubRemark[]>;
  /** Comments of the repository that were written or changed since, oldest change first. */
  comments(repository: Repository, since: Instant): Promise<readonly GitHubComment[]>;
  /** Our comment on an issue that carries `marker` and was written by this app; the oldest. */
  findComment(
    repository: Repository,
    issue: number,
    marker: string,
  ): Promise<{ readonly id: number; readonly body: string } | undefined>;
  /** Our check run of a name on a commit. */
  checkRun(repository: Repository, sha: Sha, name: string): Promise<{ readonly id: number } | undefined>;

  comment(repository: Repository, issue: number, body: string): Promise<number>;
  editComment(repository: Repository, comment: number, body: string): Promise<'edited' | 'gone'>;
  react(repository: Repository, comment: number, reaction: Reaction): Promise<void>;
  /** A 422 is an answer: GitHub's sentence, for the person. */
  openPull(repository: Repository, pull: NewPull): Promise<{ readonly pull: number } | { readonly refused: string }>;
  editPull(
    repository: Repository,
    pull: number,
    change: { readonly title?: string; readonly body?: string },
  ): Promise<void>;
  addCheckRun(repository: Repository, run: CheckRun): Promise<number>;
  /** Makes these the only labels of an issue; GitHub makes a label that the repository lacks, without a colour. */
  setLabels(repository: Repository, issue: number, labels: readonly string[]): Promise<void>;
  /** A label of the repository. */
  label(repository: Repository, name: string): Promise<Label | undefined>;
  /** A label that is there already stays as it is. */
  createLabel(repository: Repository, label: Label): Promise<void>;
  paintLabel(repository: Repository, label: Label): Promise<void>;
}

/** A label of a repository; `color` is six hex digits. */
export type Label = { readonly name: string; readonly color: string; readonly description: string };

/** A finished check run on one commit. */
export type CheckRun = {
  readonly name: string;
  readonly sha: Sha;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
};

// ---------------------------------------------------------------------------------------------- git

export type MergeOutcome =
  /** `brought`: the paths in which the result differs from what was merged into. */
  | { readonly clean: true; readonly commit: Sha; readonly tree: Sha; readonly brought: readonly string[] }
  | { readonly clean: false; readonly files: readonly string[]; readonly why?: string };

/** What became of a pair. `blame`: the head that does not go with the base itself; `broken`: git cannot read it. */
export type PairForecast =
  | { readonly clean: true }
  | {
      readonly clean: false;
      readonly files: readonly string[];
      readonly reason?: string;
      readonly blame?: { readonly head: Sha; readonly broken: boolean };
    };

export type Pushed =
  | { readonly kind: 'pushed' | 'already' }
  /** Somebody moved the branch: `found` is its head now (absent when it was deleted). */
  | { readonly kind: 'moved'; readonly found?: Sha };

/** What stands in a worktree compared with its base: the tree that a commit would have. */
export type Snapshotted = {
  readonly tree: Sha;
  readonly changes: readonly Change[];
  /** Paths that git cannot hold or silently skips (FIFOs, `.GIT/…`), a reason each. */
  readonly unstorable: readonly { readonly path: string; readonly why: string }[];
};

/** A checked-out commit in a folder of its own. */
export type Worktree = { readonly path: string; readonly name: string; readonly base: Sha };

/** A name of a tree: its mode as git prints it (`100644`), and the object it stands for. */
export type TreeEntry = { readonly mode: string; readonly id: Sha };

/** A path that git could not merge, with what stands there on each side; absent where a side has nothing. */
export type Conflict = {
  readonly path: string;
  readonly base?: TreeEntry;
  readonly ours?: TreeEntry;
  readonly theirs?: TreeEntry;
  /** Git merged no lines of it: binary by its bytes or its attributes. */
  readonly binary: boolean;
};

/** A merge that git could not finish: the tree with its markers, and what is in conflict. */
export type Conflicted = {
  readonly tree: Sha;
  readonly conflicts: readonly Conflict[];
  /** Does every conflict lie in contents alone: no rename, no file against folder, no deletion against a change? */
  readonly inContents: boolean;
};

/** What resolvers ask of one repository's objects. Writes objects and nothing else. */
export interface MergeObjects {
  /** Merges again, for what `merge` does not tell; undefined when there is no conflict. */
  conflicted(into: Sha, head: Sha): Promise<Conflicted | undefined>;
  /** The merge base of two commits; the first of several. */
  mergeBase(a: Sha, b: Sha): Promise<Sha | undefined>;
  /** All merge bases of two commits, in a fixed order. */
  mergeBases(a: Sha, b: Sha): Promise<readonly Sha[]>;
  /** Names of a commit's or a bare tree, whole paths, those that `wanted` picks. */
  entries(treeish: Sha, wanted: (path: string) => boolean): Promise<ReadonlyMap<string, TreeEntry>>;
  /** A blob's bytes; undefined when it is not there, or larger than 16 MB. */
  blob(id: Sha): Promise<Uint8Array | undefined>;
  /** Three versions merged line by line, conflicts with all three between markers of `marker` characters; undefined for binaries. */
  lines(base: Sha | undefined, ours: Sha, theirs: Sha, marker: number): Promise<string | undefined>;
  /** The tree with files put at paths, each with a mode. */
  withFiles(
    tree: Sha,
    files: readonly { readonly path: string; readonly mode: string; readonly content: string | Uint8Array }[],
  ): Promise<Sha>;
  treeOf(commit: Sha): Promise<Sha>;
  /** Names of a tree that differ from those of a commit and collide with others in case or Unicode form alone. */
  collisions(into: Sha, tree: Sha): Promise<readonly string[]>;
  /** A commit of a tree. Deterministic: same input, same hash. */
  commitTree(tree: Sha, parents: readonly Sha[], message: string, at: Instant): Promise<Sha>;
}

/** Local git over one bare clone per repository. Nothing here trusts git metadata that an agent could write. */
export interface Git {
  /**
   * Brings the bare clone up to date (makes it if need be). A fetch that began at most `within` milliseconds ago is
   * good enough; default 0. Throws when the remote cannot be reached.
   */
  fetch(repository: Repository, within?: number): Promise<void>;
  /** Head of a branch as last fetched. */
  head(repository: Repository, branch: string): Promise<Sha | undefined>;
  /** Branches of the remote as last fetched, with heads; `prefix` such as `parallel/12/`. */
  branches(repository: Repository, prefix: string): Promise<readonly { readonly branch: string; readonly head: Sha }[]>;
  /** Every path of a commit's tree. */
  paths(repository: Repository, commit: Sha): Promise<readonly string[]>;
  /** A file's text at a commit; undefined when it is not there or not a file. */
  read(repository: Repository, commit: Sha, path: string): Promise<string | undefined>;
  message(repository: Repository, commit: Sha): Promise<string>;
  parents(repository: Repository, commit: Sha): Promise<readonly Sha[]>;
  isAncestor(repository: Repository, ancestor: Sha, descendant: Sha): Promise<boolean>;
  /** Is the commit here? One that no branch of the remote reaches any more may have been fetched, or not. */
  has(repository: Repository, commit: Sha): Promise<boolean>;
  /** Raw diff between two commits. */
  changes(repository: Repository, from: Sha, to: Sha): Promise<readonly Change[]>;
  /** Files and links that differ between two commits, with their contents; what is longer than 8 MB has none. */
  brought(repository: Repository, from: Sha, to: Sha): Promise<readonly Brought[]>;
  /** A commit on `parent` that adds or replaces files. Deterministic: same input, same hash. */
  commitFiles(
    repository: Repository,
    parent: Sha,
    files: readonly { readonly path: string; readonly content: string }[],
    message: string,
    at: Instant,
  ): Promise<Sha>;
  /** A commit of a tree. Deterministic: same input, same hash. */
  commitTree(repository: Repository, tree: Sha, parents: readonly Sha[], message: string, at: Instant): Promise<Sha>;
  /** Merges `head` into `into` without a checkout. Deterministic. A head that is contained already is clean and yields `into`. */
  merge(repository: Repository, into: Sha, head: Sha, message: string, at: Instant): Promise<MergeOutcome>;
  /** What resolvers ask of a repository. */
  objects(repository: Repository): Promise<MergeObjects>;
  /** A file of a worktree as something that ran there left it; undefined unless it is a plain file, at most 64 MB, reached by no link. */
  leftFile(worktree: Worktree, path: string): Promise<Uint8Array | undefined>;
  /** What git calls itself, such as `git version 2.39.5`. */
  version(): Promise<string>;
  /** The merges between `base` and `tip` as they stand in the repository: what is checked before a push (`chainFaults`). */
  chainRecord(repository: Repository, base: Sha, tip: Sha, heads: readonly Sha[]): Promise<ChainRecord>;
  /** Merges pairs of heads, each on top of `base` first, and leaves no trace; answers in order. */
  pairs(repository: Repository, base: Sha, pairs: readonly (readonly [Sha, Sha])[]): Promise<readonly PairForecast[]>;
  /** Texts of files at a commit, by path: what is there, no link, no folder, at most 1 MB. */
  texts(repository: Repository, commit: Sha, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Text files of a commit that hold a word, not as a part of a longer one: by word, at most a thousand paths. The last of hundreds of words have no answer. */
  mentions(
    repository: Repository,
    commit: Sha,
    words: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** A new worktree under a name (letters, digits, `-`); one left under that name is replaced. */
  addWorktree(repository: Repository, name: string, commit: Sha): Promise<Worktree>;
  /** Puts the files of a commit into a worktree, as changes that are not committed. */
  putFiles(repository: Repository, worktree: Worktree, commit: Sha): Promise<void>;
  /** Reads the files of a worktree through a fresh index; never its git metadata. */
  snapshot(repository: Repository, worktree: Worktree, signal?: AbortSignal): Promise<Snapshotted>;
  removeWorktree(repository: Repository, name: string): Promise<void>;
  /** The commit kept on this machine under a name (letters, digits, `-`, `/`). */
  kept(repository: Repository, name: string): Promise<Sha | undefined>;
  /** Keeps a commit on this machine under a name, until it is `undefined`; it is never pushed. */
  keep(repository: Repository, name: string, commit: Sha | undefined): Promise<void>;
  /** Names below a prefix (`checkpoints/`) under which commits are kept on this machine. */
  keptBelow(prefix: string): Promise<readonly { readonly repository: Repository; readonly name: string }[]>;
  /** Names of the worktrees on this machine. */
  worktrees(): Promise<readonly { readonly repository: Repository; readonly name: string }[]>;
  /** Pushes one commit to one branch with a lease: `expected` is the head we know, absent for "must not exist". */
  push(
    repository: Repository,
    branch: string,
    commit: Sha,
    expected: Sha | undefined,
    signal?: AbortSignal,
  ): Promise<Pushed>;
  /** Deletes a branch of the remote if its head is still `expected`. */
  deleteBranch(repository: Repository, branch: string, expected: Sha): Promise<Pushed>;
}

// ---------------------------------------------------------------------------------------------- agents

/** Where and how agents and verification commands run on this machine. */
export type Containment = { readonly kind: 'bubblewrap' | 'container' | 'none' };

/** What one request used so far. */
export type Usage = { readonly model: string; readonly tokens: Tokens; readonly estimated: boolean };

/** A request that is to be sent: tokens of its prompt as reckoned, and the longest answer that it names. */
export type Ask = {
  /** Its name in the ledger. */
  readonly request: string;
  readonly model: string;
  readonly input: number;
  readonly output: number | undefined;
};

/**
 * May a request be sent? `go`: with an answer of at most so many tokens, or (undefined) of the length that it asks for.
 * `wait`: the fleet pauses until then. `busy`: what is left is set aside for others; ask again soon. `own`: for other
 * requests of the same attempt, which give their own signs of life.
 */
export type Admission =
  | { readonly kind: 'go'; readonly output: number | undefined }
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'busy'; readonly own: boolean }
  | { readonly kind: 'spent'; readonly budget: SpentBudget };

/** The money behind one attempt: asked before each request to a model, told what it uses and what it used. */
export interface Purse {
  /** The end of the fleet's pause, while there is one. */
  paused(): Promise<Instant | undefined>;
  /** What an admitted request may cost is set aside until `record` or `release`. */
  admit(ask: Ask): Promise<Admission>;
  /** What a request under way has used so far; the budget that it breaks, if it does. Asked for every part of a stream. */
  running(request: string, usage: Usage): Promise<SpentBudget | undefined>;
  /** Appends to the ledger; once it resolves the row is safe, and nothing more of this request counts as running. */
  record(request: string, usage: Usage): Promise<void>;
  /** Nothing was used, and there is no row. */
  release(request: string): Promise<void>;
  /** The provider answered 429 or 529 to a request sent at `sent`; `wait` in milliseconds, where it said so. */
  limited(told: {
    readonly provider: string;
    readonly status: number;
    readonly wait: number | undefined;
    readonly sent: Instant;
  }): Promise<void>;
  /** US dollars of this attempt so far; absent when nothing with a price was used. */
  total(): { readonly cost?: number };
}

/** What an agent is given. Paths are absolute on this machine. */
export type AgentTask = {
  readonly agent: string;
  readonly model?: string;
  /** How much judgement the work asks for: the model of agents that nobody gave one. */
  readonly tier: Tier;
  /** Tools that its role may use; absent: all that the agent has. */
  readonly tools?: readonly string[];
  readonly worktree: Worktree;
  readonly repository: Repository;
  readonly prompt: string;
  /** The JSON of spec section 7 (`FORKJOIN_TASK`). */
  readonly task: {
    readonly issue: number;
    readonly title: string;
    readonly plan: number;
    readonly attempt: number;
    readonly scope: readonly string[];
    readonly contracts: string;
    readonly constraints: string;
    readonly verification: readonly string[];
    readonly base: Sha;
  };
  /** Files of the worktree that must not change, relative. */
  readonly readOnly: readonly string[];
  /** A conversation of an earlier attempt on this item to go on with, by saying this; where it cannot, `prompt` begins a new one. */
  readonly resume?: { readonly session: string; readonly prompt: string };
  /** Wall time and silence allowed, minutes; output allowed, megabytes. */
  readonly limits: {
    readonly timeout: number;
    readonly stall: number;
    readonly output: number;
  };
  /** Pays for its requests to models, by way of the gateway. */
  readonly purse: Purse;
};

export type AgentOutcome =
  | { readonly kind: 'done'; readonly summary: string; readonly cost?: number; readonly session?: string }
  | { readonly kind: 'exit'; readonly status: number; readonly tail: string; readonly cost?: number }
  | { readonly kind: 'timeout' | 'stalled'; readonly tail: string; readonly cost?: number }
  | { readonly kind: 'output'; readonly cost?: number }
  /** It took more of this machine than `limit`: megabytes, or processes and threads. */
  | { readonly kind: 'disk' | 'memory' | 'processes'; readonly limit: number; readonly cost?: number }
  | { readonly kind: 'budget'; readonly spent: SpentBudget; readonly cost?: number }
  | { readonly kind: 'cancelled'; readonly cost?: number }
  /** The provider of models asks everybody to wait for longer than the attempt may take. */
  | { readonly kind: 'put-off'; readonly what: string; readonly cost?: number }
  /** The agent could not be started: unknown name, program missing, sandbox refused. */
  | { readonly kind: 'unavailable'; readonly what: string; readonly cost?: number };

export type AgentEvent =
  | (Progress & { readonly kind: 'progress' })
  /** The conversation has a name; `resumed` when it is the one that was asked for. Told before the agent works. */
  | { readonly kind: 'session'; readonly session: string; readonly resumed: boolean }
  | { readonly kind: 'ended'; readonly outcome: AgentOutcome };

/** Whose conversation it is: the numbers of a repository, of a plan issue in it, and of an item. */
export type Conversation = { readonly repository: number; readonly plan: number; readonly item: number };

export interface Agents {
  /** What the operator offers, by name; the first is the default. */
  readonly offered: readonly string[];
  /** How agents and commands are contained here. */
  readonly containment: Containment;
  /** Sentences that say what is wrong with an agent on this machine (unknown, program missing); none when it can run. */
  problems(agent: string | undefined): Promise<readonly string[]>;
  /** Items whose conversations with agents are on this machine. */
  conversations(): Promise<readonly Conversation[]>;
  /** Removes the conversations of an item. */
  forget(conversation: Conversation): Promise<void>;
  /** Runs one agent: any number of progress events, then exactly one `ended`. Nothing it started survives. */
  start(task: AgentTask, signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** Runs one shell command of a repository or a plan in a worktree, in the same sandbox. `network`: only for set-up. */
  command(
    worktree: Worktree,
    command: string,
    options: { readonly minutes: number; readonly network: boolean },
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

// ---------------------------------------------------------------------------------------------- the rest

/** The only clock of the engine. */
export interface Clock {
  now(): Instant;
}

/** One line of log: a sentence and its facts. Never a secret. */
export interface Log {
  info(facts: Record<string, unknown>, sentence: string): void;
  warn(facts: Record<string, unknown>, sentence: string): void;
  error(facts: Record<string, unknown>, sentence: string): void;
}

export type Ports = {
  readonly store: Store;
  readonly queues: Queues;
  readonly github: (repository: Repository) => GitHub;
  readonly git: Git;
  readonly agents: Agents;
  readonly clock: Clock;
  readonly log: Log;
  /** Places for agents at once on this worker. */
  readonly slots: Slots;
  /** When a running agent counts as hanging (minutes of silence), how much it may print (megabytes), how often it is looked at (minutes). */
  readonly limits: { readonly stall: number; readonly output: number; readonly checkpoint: number };
  readonly money: Money;
  /** A fresh, unguessable name for one start of an attempt. */
  readonly claim: () => string;
  /** Hex HMAC-SHA256 of a text under the app's secret: signs the markers of our comments. */
  readonly sign: (text: string) => string;
  /** Hex SHA-256. */
  readonly hash: Hash;
  /** The name of a secret of this installation that a text holds. */
  readonly findSecret: FindSecret;
  /** Reads `.github/parallel.yml` (absent: defaults) and lowers it to the operator's limits. Pure. */
  readonly readSettings: (text: string | undefined) => {
    readonly settings: Settings;
    readonly problems: readonly string[];
  };
  /** Reads the definition of a role: Markdown with front matter. Pure. */
  readonly readRole: (path: string, text: string) => { readonly role: Role } | { readonly problems: readonly string[] };
  /** JSON Schema of `.github/parallel.yml`: `/parallel init` puts it into the repository. */
  readonly settingsSchema: SettingsSchema;
  /** Where people see GitHub, without a trailing slash: links in comments begin with it. */
  readonly serverUrl: string;
};
