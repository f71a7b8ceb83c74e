/**
 * The words of the product as types (spec section 1): what is read, what is checked, what a plan remembers, what
 * happened (Fact) and what is to be done (Effect). Values only; every room may import this file.
 */

// ---------------------------------------------------------------------------------------------- places

/** A repository as GitHub knows it. Keyed by number, because names change hands (rename, transfer, re-creation). */
export type Repository = {
  /** Id of the app's installation that reaches the repository. */
  readonly installation: number;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
};

/** `<repository id>-<issue number of the plan>`: letters, digits and `-`, so that it can stand in job names. */
export type PlanId = string;

/** A full commit or tree hash, lower-case hex. */
export type Sha = string;

/** ISO 8601 in UTC with milliseconds, from the clock of whoever reports the fact. */
export type Instant = string;

// ---------------------------------------------------------------------------------------------- what people write

/** An issue's text with its number: the one input of reading. */
export type IssueText = { readonly issue: number; readonly title: string; readonly body: string };

export type ScopeVerb = 'create' | 'modify' | 'delete';

/** One pattern of a Scope section, as written (NFC), with the line of the body it stands on (1-based). */
export type ScopeEntry = { readonly verb: ScopeVerb | 'any'; readonly pattern: string; readonly line: number };

/** One `provides` / `consumes` line of spec 2.4. `thing` is the key under which providers and consumers meet. */
export type ContractLine = {
  readonly verb: 'provides' | 'consumes';
  /** Said to exist before the plan (`consumes existing`). */
  readonly existing: boolean;
  readonly thing: string;
  readonly path?: string;
  readonly signature?: string;
  /** The item that a consumer names as provider (`#n`). */
  readonly provider?: number;
  /** The line as the person wrote it, without the list marker. */
  readonly text: string;
  readonly line: number;
};

/** A fenced block whose info string names a path: committed before any agent starts, read-only for all. */
export type FileContract = { readonly path: string; readonly content: string; readonly line: number };

export const WORK_KINDS = ['implement', 'tests', 'docs', 'lint', 'types', 'refactor', 'review', 'spike'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** What an item's Agent section asks for; budget in US dollars, timeout in minutes. */
export type AgentWishes = {
  readonly agent?: string;
  readonly model?: string;
  readonly role?: string;
  readonly kind?: WorkKind;
  readonly budget?: number;
  readonly timeout?: number;
};

/** An item's body, read. Sections that are absent are empty here and a problem in `problems`. */
export type ItemText = {
  readonly issue: number;
  readonly title: string;
  readonly scope: readonly ScopeEntry[];
  /** Markdown of the sections as written, hidden text removed; for the prompt. */
  readonly context: string;
  readonly contractsText: string;
  readonly contracts: readonly ContractLine[];
  readonly constraints: string;
  /** Patterns after "do not touch" / "do not modify": the guard refuses them. */
  readonly forbidden: readonly string[];
  readonly commands: readonly string[];
  readonly criteria: readonly string[];
  /** Every number written, once, ascending. */
  readonly dependsOn: readonly number[];
  readonly plan?: number;
  readonly agent: AgentWishes;
  /** What reading alone could tell; `check` adds the rest. */
  readonly problems: readonly Problem[];
};

export const STRATEGIES = ['integration', 'sequential', 'direct'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** How a round verifies: after each merge, or all merges as one, with a search for the culprit only when that is red. */
export const POLICIES = ['each', 'tip'] as const;
export type Policy = (typeof POLICIES)[number];

/** A plan issue's body, read. */
export type PlanText = {
  readonly issue: number;
  readonly title: string;
  readonly goal: string;
  readonly contractsText: string;
  readonly files: readonly FileContract[];
  readonly contracts: readonly ContractLine[];
  /** Items listed in the body; empty when sub-issues say it. */
  readonly items: readonly number[];
  readonly strategy?: Strategy;
  readonly mergeOrder: readonly number[];
  /** The commands run after every merge. */
  readonly commands: readonly string[];
  readonly decisions: readonly string[];
  readonly limits: { readonly budget?: number; readonly slots?: number; readonly attempts?: number };
  readonly problems: readonly Problem[];
};

// ---------------------------------------------------------------------------------------------- what is checked

export type Severity = 'error' | 'warning' | 'advice';

/** A problem of one issue. `code` is one of spec section 3; `line` is 1-based in the body. */
export type Problem = {
  readonly code: string;
  readonly severity: Severity;
  readonly line?: number;
  readonly message: string;
  readonly hint?: string;
};

/** A problem between issues, or of the plan. */
export type PlanProblem = {
  readonly code: string;
  readonly severity: Severity;
  readonly issues: readonly number[];
  readonly at: readonly { readonly issue: number; readonly line: number }[];
  /** An example path that both patterns match. */
  readonly path?: string;
  readonly message: string;
  readonly hint?: string;
};

/** The shape of the plan's graph (spec 8): waves ascend, `parallelism` = items / longest chain, not rounded. */
export type Order = {
  readonly waves: readonly (readonly number[])[];
  readonly mergeOrder: readonly number[];
  readonly criticalPath: readonly number[];
  readonly parallelism: number;
};

export type CheckedItem = {
  readonly issue: number;
  readonly title: string;
  /** Patterns as written (NFC). */
  readonly scope: readonly string[];
  readonly dependsOn: readonly number[];
  readonly problems: readonly Problem[];
};

/** The answer of `check`, and the JSON of `forkjoin check`. `ok` is false exactly when there is an error. */
export type Report = {
  readonly ok: boolean;
  readonly items: readonly CheckedItem[];
  readonly problems: readonly PlanProblem[];
  readonly plan: Order;
};

/** A path pattern owned by an item of a plan that runs in the same repository. */
export type Claim = {
  readonly plan: PlanId;
  readonly planIssue: number;
  readonly item: number;
  readonly pattern: string;
};

// ---------------------------------------------------------------------------------------------- configuration of the repository

/** `.github/parallel.yml` with defaults filled in, lowered by what the plan's Limits say. Timeout in minutes, budget in US dollars. */
export type Settings = {
  readonly agent?: string;
  readonly agents?: readonly string[];
  readonly modelByKind: Readonly<Partial<Record<WorkKind, string>>>;
  readonly rolesDir?: string;
  readonly setup: readonly string[];
  readonly verify: readonly string[];
  readonly strategy: Strategy;
  readonly integrate: 'approved' | 'verified';
  /** Absent: each. */
  readonly policy?: Policy;
  readonly slots?: number;
  readonly attempts?: number;
  readonly budget?: number;
  readonly timeout?: number;
  /** Protected patterns that this repository lets items own. */
  readonly protected: { readonly add: readonly string[]; readonly allow: readonly string[] };
  readonly allowedPackages?: readonly string[];
  readonly styleGuide?: string;
  /** Open pull requests as drafts even when verified. */
  readonly draft: boolean;
  readonly reviewRounds: number;
};

/** What is used of the JSON Schema of `.github/parallel.yml`. */
export type SettingsSchema = {
  readonly properties?: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
};

/** A role that an item may ask for: a definition of `roles_dir`, read at the base commit. */
export type Role = {
  readonly name: string;
  readonly description: string;
  readonly model?: string;
  readonly tools?: readonly string[];
  /** What the role's agent is told. */
  readonly text: string;
  readonly path: string;
};

/** Who can work here. */
export type Staffing = {
  /** What keeps an agent from running, a sentence each; by the names that items ask for. */
  readonly agents: Readonly<Record<string, readonly string[]>>;
  readonly defaultAgent?: string;
  readonly roles: readonly Role[];
  /** What is wrong with definitions of roles, a sentence each. */
  readonly roleProblems: readonly string[];
};

/** What agents are told of the repository's conventions: its style guide, and files that say more. */
export type Conventions = {
  readonly guide?: { readonly path: string; readonly text: string };
  readonly paths: readonly string[];
};

// ---------------------------------------------------------------------------------------------- what was seen on GitHub

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** An issue as GitHub has it now. */
export type SeenIssue = IssueText & {
  readonly open: boolean;
  readonly labels: readonly string[];
  readonly author: string;
  /** Numbers of GitHub's own "blocked by" relation; absent where the API does not know it. */
  readonly blockedBy?: readonly number[];
  /** Who applied the label `parallel`, and what they may do; absent when the label is not there. */
  readonly labelled?: { readonly by: string; readonly permission: Permission };
};

/** The base tree at one commit of the default branch. */
export type BaseTree = {
  readonly sha: Sha;
  readonly paths: ReadonlySet<string>;
  readonly read: Readonly<Record<string, string>>;
};

/** Everything that a decision about a plan needs from outside, read at one moment. */
export type Snapshot = {
  /** When the reading began: of two looks that cross, the one that began later counts. */
  readonly at: Instant;
  readonly repository: Repository;
  readonly defaultBranch: string;
  /** Why there is no base: an empty repository, no default branch. */
  readonly base: BaseTree | { readonly missing: string };
  /** The plan issue; absent for an item alone. */
  readonly plan?: SeenIssue;
  readonly items: readonly SeenIssue[];
  /** Issues outside the plan that items depend on. */
  readonly elsewhere: readonly { readonly issue: number; readonly open: boolean }[];
  readonly settings: Settings;
  /** What is wrong with the repository's configuration, a sentence each; the defaults stand in `settings` then. */
  readonly settingsProblems: readonly string[];
  readonly staffing: Staffing;
  readonly conventions?: Conventions;
  /** Scopes of other running plans of the repository, and the version to claim against. */
  readonly claims: { readonly version: number; readonly taken: readonly Claim[] };
};

// ---------------------------------------------------------------------------------------------- the plan

/** What was approved: hashes of the exact texts, hex. */
export type Approval = {
  readonly by: string;
  readonly at: Instant;
  /** Hash over all texts below, in order of number: what a person is shown. */
  readonly hash: string;
  readonly bodies: Readonly<Record<number, string>>;
};

/** Where the plan's work starts from. */
export type Base = {
  /** Head of the default branch when the plan started. */
  readonly sha: Sha;
  /** `sha` with the file contracts committed on it; equal to `sha` when there are none. */
  readonly contracts: Sha;
};

/** What every started plan knows. */
type Started = { readonly approval: Approval; readonly startedAt: Instant };

/** Plan states of spec section 5. Items go on being released in every started state. */
export type PlanState =
  | { readonly name: 'draft' }
  | { readonly name: 'approved'; readonly approval: Approval }
  | (Started & { readonly name: 'running'; readonly base: Base | 'preparing' })
  /** A round of integration is under way over `heads`; `pull` is the pull request that an earlier round opened. */
  | (Started & {
      readonly name: 'integrating';
      readonly base: Base;
      readonly round: number;
      readonly heads: Readonly<Record<number, Sha>>;
      readonly pull: number | 'none-yet';
      /** What keeps the round on this machine from going on; it is tried again by itself. */
      readonly waits?: string;
    })
  /** The integration pull request is open; of an item alone, its own pull request. */
  | (Started & { readonly name: 'proposed'; readonly base: Base; readonly pull: number; readonly proposedAt: Instant })
  | (Started & { readonly name: 'landed'; readonly pull: number; readonly at: Instant })
  | { readonly name: 'cancelled'; readonly by: string; readonly why: string; readonly at: Instant };

/** Outcome of one command in a sandbox. `tail` is the last lines of its output, controls stripped. */
export type CommandResult = {
  readonly command: string;
  readonly ok: boolean;
  /** Exit status; absent when it was ended (`why` says by what). */
  readonly status?: number;
  readonly why?: string;
  /** It could not be asked: `why` is a fault of this machine, and nobody is to blame. */
  readonly unasked?: true;
  readonly tail: string;
  readonly seconds: number;
};

export type ChangeKind = 'added' | 'modified' | 'deleted' | 'type-changed';

/** One path of a raw diff. Modes as git prints them (`100644`); `size` in bytes of the new blob. */
export type Change = {
  readonly path: string;
  readonly kind: ChangeKind;
  readonly oldMode: string;
  readonly newMode: string;
  readonly size: number;
};

/** A path as a tree holds it: mode as git prints it (`100644`), hash of its blob (of the commit for a submodule). */
export type TreeEntry = { readonly mode: string; readonly blob: Sha };

/** One path in which two trees differ; a side on which it does not stand is absent. */
export type Difference = { readonly path: string; readonly before?: TreeEntry; readonly after?: TreeEntry };

/** One merge of a chain, read back from the repository. The fork is the merge base of its two parents. */
export type Link = {
  readonly head: Sha;
  readonly commit: Sha;
  /** What the chain changed since the fork, before this merge; absent when the fork is the base of the chain. */
  readonly into?: readonly Difference[];
  /** What the member changed since the fork. */
  readonly changed: readonly Difference[];
  /** What this merge changed in what it was merged into. */
  readonly brought: readonly Difference[];
  /** Paths that several merge bases hold differently. */
  readonly unsettled: readonly string[];
};

/** A chain of merges as the repository holds it, first to last, for the check before a push. */
export type ChainRecord = {
  readonly tree: Sha;
  /** Does the line of first parents lead from the tip to the base? */
  readonly onBase: boolean;
  readonly links: readonly Link[];
  /** Members' heads that are no part of it. */
  readonly absent: readonly Sha[];
};

/** What a change brings, read for the guard; texts of a `binary` have one character a byte, a link's is its target. */
export type Brought = {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  readonly binary: boolean;
};

/** A package that a changed manifest asks for now, or a script of it that runs by itself on installation. */
export type Added = { readonly kind: 'package' | 'install-script'; readonly path: string; readonly name: string };

/** A writer's word that a protected path may be changed after all. */
export type Exception = { readonly path: string; readonly by: string; readonly at: Instant };

/** What an attempt brought: a verified commit on the item's branch. */
export type Work = {
  readonly attempt: number;
  /** Commit on the item's branch. */
  readonly head: Sha;
  /** Its parent: the plan's base with the item's dependencies merged. */
  readonly base: Sha;
  readonly changes: readonly Change[];
  readonly verification: readonly CommandResult[];
  readonly agent: string;
  readonly sandbox: string;
  /** US dollars; absent when the agent does not say. */
  readonly cost?: number;
  /** Wall time of the attempt, seconds. */
  readonly seconds: number;
  readonly summary: string;
  /** Hash of the prompt that was given, hex. */
  readonly prompt: string;
  /** Packages and install scripts that it brings; absent: none. */
  readonly added?: readonly Added[];
  /** Heads of other members that the work contains: dependencies of its base, opponents that were merged in. */
  readonly on?: Readonly<Record<number, Sha>>;
  /** Members of a sequential plan that had landed when it was last brought on top of what landed. */
  readonly landed?: readonly number[];
  /** The agent's name for the conversation, where it can go on with it later. */
  readonly session?: string;
};

/** Why an attempt brought nothing. Only `exit` and `infrastructure` are tried again without a person (spec 5). */
export type Failure =
  | { readonly kind: 'exit'; readonly status: number; readonly tail: string }
  | { readonly kind: 'infrastructure'; readonly what: string }
  | { readonly kind: 'timeout'; readonly minutes: number; readonly tail: string }
  | { readonly kind: 'stalled'; readonly minutes: number; readonly tail: string }
  | { readonly kind: 'output'; readonly megabytes: number }
  /** It took more of the machine than the operator allows: megabytes, or processes and threads. */
  | { readonly kind: 'disk' | 'memory' | 'processes'; readonly limit: number }
  | { readonly kind: 'budget'; readonly spent: SpentBudget }
  | { readonly kind: 'no-changes' }
  | { readonly kind: 'guard'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'verification'; readonly results: readonly CommandResult[] }
  | { readonly kind: 'setup'; readonly results: readonly CommandResult[] }
  | { readonly kind: 'unavailable'; readonly what: string }
  /** Of what it depends on, those that do not merge with each other; one alone: not with the base of the plan. */
  | {
      readonly kind: 'dependency-conflict';
      readonly with: readonly number[];
      readonly files: readonly string[];
      readonly why?: string;
    }
  /** Conflict work that left conflicts: files with markers in them. */
  | { readonly kind: 'unresolved'; readonly files: readonly string[] };

/** An agent goes on with a member, on the member's own branch: what a person asked for, and on which work. */
export type Fix = {
  readonly by: string;
  readonly at: Instant;
  /** What the person said after the verb; data for the agent. */
  readonly text: string;
  readonly work: Work;
  /** Its pull request; absent when none is open. */
  readonly pull?: number;
  /** Why the member was held then: to a conflict the other side is merged in first. */
  readonly why?: HoldReason;
};

/** A path that the guard refused, and why. `excusable`: a writer may let it in. */
export type Refusal = { readonly path: string; readonly why: string; readonly excusable?: true };

export type Step = 'prepare' | 'implement' | 'guard' | 'verify' | 'publish';

/** What an agent does now: it uses a tool, changes a file, says something. One line of text that nobody vouches for. */
export type Progress = { readonly what: 'tool' | 'file' | 'message'; readonly text: string };

/** Item states of spec section 5. */
export type ItemState =
  | { readonly name: 'draft' }
  | { readonly name: 'ready' }
  /** On other items; or the plan's base is being made, all slots are taken, or the plan is paused. */
  | { readonly name: 'waiting'; readonly on: readonly number[] | 'base' | 'slot' | 'resume'; readonly fix?: Fix }
  | {
      readonly name: 'queued';
      readonly attempt: number;
      readonly since: Instant;
      readonly after?: Failure;
      readonly fix?: Fix;
    }
  | {
      readonly name: 'running';
      readonly attempt: number;
      /** Which worker's start of the attempt owns it: a start with another claim is stale and does nothing more. */
      readonly claim: string;
      readonly step: Step;
      readonly startedAt: Instant;
      /** The attempt goes on with a member: people see the item as `fixing`. */
      readonly fix?: Fix;
      /** What its agent was last seen doing. */
      readonly doing?: Progress;
      /** Local commit of what stood in its worktree at the last interval; on no remote. */
      readonly checkpoint?: Sha;
    }
  /** `hold`: a person kept it out before its agent went on, and has not let it in. */
  | { readonly name: 'publishing'; readonly work: Work; readonly hold?: HoldReason }
  | { readonly name: 'proposed'; readonly work: Work; readonly pull: number }
  | { readonly name: 'merged'; readonly work: Work; readonly pull: number; readonly commit: Sha }
  | { readonly name: 'held'; readonly work: Work; readonly pull?: number; readonly why: HoldReason }
  | { readonly name: 'failed'; readonly failure: Failure; readonly attempt: number }
  | { readonly name: 'cancelled'; readonly by: string; readonly why: string; readonly pull?: number }
  | { readonly name: 'skipped'; readonly because: number };

/** Why a member is kept out of the integration, with whom. */
export type HoldReason =
  /** `why`: what git said, where no files tell it. */
  | {
      readonly kind: 'conflict';
      readonly with: readonly number[];
      readonly files: readonly string[];
      readonly why?: string;
    }
  | { readonly kind: 'verify-failed'; readonly with: readonly number[]; readonly results: readonly CommandResult[] }
  | { readonly kind: 'dependency-held'; readonly with: readonly number[] }
  | { readonly kind: 'branch-moved'; readonly found: Sha | 'deleted' }
  | { readonly kind: 'person'; readonly by: string }
  | { readonly kind: 'outside-scope'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'pull-request-refused'; readonly message: string }
  /** Its head can be reached from no branch any more, and this machine never fetched it. */
  | { readonly kind: 'head-gone'; readonly head: Sha }
  /** An agent was to go on with it and brought nothing; `before` held it already then. */
  | { readonly kind: 'fix-failed'; readonly failure: Failure; readonly before?: HoldReason }
  /** A person changed the branch that its pull request goes to; `before` held it already then. */
  | { readonly kind: 'retargeted'; readonly to: string; readonly before?: HoldReason };

export type Item = {
  readonly issue: number;
  readonly text: ItemText;
  /** Hash of title and body as last seen, hex. */
  readonly bodyHash: string;
  readonly dependsOn: readonly number[];
  /** Head branch, `parallel/<plan>/<n>-<slug>`; fixed once the item has started. */
  readonly branch: string;
  /** Who applied the label `parallel`, and what they might do then; absent when the label is not there. */
  readonly labelled?: { readonly by: string; readonly permission: Permission };
  /** Starts of an agent in the item's life. */
  readonly attempts: number;
  readonly state: ItemState;
  /** What keeps it from being worked on here (its agent, its role), a sentence each; absent: nothing. */
  readonly unstaffed?: readonly string[];
  /** Protected paths that a writer let in. */
  readonly exceptions?: readonly Exception[];
  /** Latest review by a writer on this head says approved. */
  readonly approvedHead?: Sha;
  /** Sum over attempts, US dollars. */
  readonly cost?: number;
  /** The lines of the body that problems name, as they show on the page: links find them by their text. */
  readonly quotes?: Readonly<Record<number, string>>;
};

/** A refusal or remark that the comment on issue `on` carries until the next command. */
export type Notice = { readonly on: number; readonly text: string; readonly at: Instant };

/** The aggregate: all that the app remembers of one plan. */
export type Plan = {
  readonly id: PlanId;
  readonly repository: Repository;
  /** Number of the plan issue, or of the item alone. */
  readonly issue: number;
  /** A plan of one: no plan issue, no integration branch. */
  readonly alone: boolean;
  readonly title: string;
  readonly text?: PlanText;
  /** Hash of the plan issue's title and body as last seen, hex; empty for an item alone. */
  readonly bodyHash: string;
  readonly defaultBranch: string;
  /** When the look began that the texts and labels here are from. */
  readonly lookedAt: Instant;
  /** Integration branch, `integration/<plan>-<slug>`; fixed once the plan has started. */
  readonly branch: string;
  readonly settings: Settings;
  readonly report: Report;
  /** The roles that its items ask for, as read when they were approved. */
  readonly roles?: readonly Role[];
  readonly conventions?: Conventions;
  /** What is wrong with the repository, a sentence each (broken configuration, no default branch): stops a start. */
  readonly faults: readonly string[];
  readonly state: PlanState;
  readonly items: readonly Item[];
  /** Nothing new starts until a person resumes. */
  readonly paused: boolean;
  readonly notice?: Notice;
  /** The last finished round of integration. */
  readonly integration?: Integration;
  /** The default branch moved since the plan began. */
  readonly moved?: MovedBase;
  /** Which members go together, by the heads that were looked at last. */
  readonly forecast?: Forecast;
  /** How each member writes, by item: for the comparison of styles. */
  readonly styles?: Readonly<Record<number, StyleProfile>>;
  /** Like an item's: the lines of the plan issue's body that problems name. */
  readonly quotes?: Readonly<Record<number, string>>;
};

/** One action of a resolver on a merge, for the pull request and for `resolved` of `forkjoin integrate`. */
export type Resolved = {
  readonly path: string;
  readonly how: 'json-keys' | 'lock-file' | 'imports';
  readonly words: string;
};

/** Where the default branch is now, when a plan did not begin there: whether that still contains where it did, and files in which the integration conflicts with it. */
export type MovedBase = { readonly head: Sha; readonly rewritten: boolean; readonly conflicts: readonly string[] };

/** One member's fate in a round of integration. */
export type MemberOutcome =
  | {
      readonly item: number;
      readonly head: Sha;
      readonly merged: Sha;
      readonly verification: readonly CommandResult[];
      /** The later member with whose merge this one was verified, as one (policy `tip`). */
      readonly testedWith?: number;
      /** What resolvers did to the merge; absent when they had nothing to do. */
      readonly resolved?: readonly Resolved[];
    }
  | { readonly item: number; readonly head: Sha; readonly held: HoldReason };

/** A round: the chain built from `base` over the members in order. */
export type Integration = {
  readonly round: number;
  /** The members that stood for this round: the same set is not tried again unasked. */
  readonly heads: Readonly<Record<number, Sha>>;
  readonly head: Sha;
  readonly members: readonly MemberOutcome[];
  /** The base itself failed the plan's verification: nobody is blamed, nothing was merged. */
  readonly redBase?: readonly CommandResult[];
  /** What the merged tree says to every contract of its members. */
  readonly contracts?: readonly ContractFinding[];
};

/** Two members that do not merge with each other, or one that does not go with the base itself. */
export type ForecastConflict = {
  readonly a: number;
  readonly b: number | 'base';
  /** The first of them; `more` counts the others. */
  readonly files: readonly string[];
  readonly more?: number;
  readonly reason?: string;
  /** A round would settle all of it by rule: nobody has to give way. */
  readonly byRule?: true;
};

/** Which members go together as their heads stand. It warns early; the chain of a round decides. */
export type Forecast = {
  readonly base: Sha;
  /** The heads that were looked at, by item. */
  readonly heads: Readonly<Record<number, Sha>>;
  /** Items whose head is a checkpoint of an agent that is still at work. */
  readonly provisional: readonly number[];
  readonly conflicts: readonly ForecastConflict[];
};

/** What the merged tree says to one contract: `promised` and `found` are signatures, `why` says how it was looked for. */
export type ContractFinding = {
  /** The item whose line it is; the plan issue for a file contract. */
  readonly item: number;
  readonly verb: ContractLine['verb'] | 'file';
  readonly thing: string;
  readonly verdict: 'found' | 'missing' | 'differs' | 'unchecked';
  readonly promised?: string;
  readonly found?: string;
  readonly why?: string;
};

export type StyleTrait = 'identifiers' | 'files' | 'errors' | 'tests';

/** A package that a manifest names after a change and did not name before. */
export type AddedPackage = { readonly manifest: string; readonly name: string; readonly version: string };

/** How a member writes, read from what its diff adds. A habit is told for each language (`ts`, `py`) by itself. */
export type StyleProfile = {
  readonly head: Sha;
  readonly habits: readonly { readonly trait: StyleTrait; readonly language: string; readonly value: string }[];
  readonly packages: readonly AddedPackage[];
  readonly long: readonly { readonly path: string; readonly lines: number }[];
};

// ---------------------------------------------------------------------------------------------- money

/** What a request to a model used, by sort. `input` is what was neither read from a cache nor written to one. */
export type Tokens = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};

/** US dollars per million tokens. Without a price of their own, cached tokens cost what input does. */
export type Rates = {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
};

/** What a model costs. `long`: a request whose prompt has more than `above` tokens, cached ones included, costs that instead. */
export type Price = Rates & { readonly long?: Rates & { readonly above: number } };

/** One row of the cost ledger: one request to a model, once. */
export type Spending = {
  readonly id: string;
  readonly at: Instant;
  readonly repository: Pick<Repository, 'id' | 'owner' | 'name'>;
  readonly plan: PlanId;
  readonly item: number;
  readonly attempt: number;
  readonly agent: string;
  readonly model: string;
  readonly kind: WorkKind;
  readonly tokens: Tokens;
  /** Absent: the model has no price. */
  readonly dollars?: number;
  /** The answer broke off before the provider said what it used: the tokens are reckoned from what was seen of it. */
  readonly estimated?: true;
};

/** A budget that is spent: US dollars of an attempt, item, plan or day; tokens where the model has no price. */
export type SpentBudget =
  | { readonly of: 'attempt' | 'item' | 'plan' | 'day'; readonly dollars: number }
  | { readonly of: 'tokens'; readonly tokens: number; readonly model: string };

/** A provider of models asked everybody to wait: until then no agent starts and no request is sent. */
export type FleetPause = {
  readonly until: Instant;
  readonly since: Instant;
  readonly provider: string;
  readonly status: number;
  /** Pauses without an answer that went well in between: the next one without a word from the provider is twice as long. */
  readonly strikes: number;
};

/** Why no agent starts for now, on any worker: a provider's pause, or the day's money is spent. */
export type Closed =
  | { readonly why: 'pause'; readonly until: Instant; readonly pause: FleetPause }
  | { readonly why: 'day'; readonly until: Instant; readonly dollars: number };

// ---------------------------------------------------------------------------------------------- commands

/** A `/parallel` line as read from a comment (spec 4). */
export type Command = { readonly verb: string; readonly issues: readonly number[]; readonly text: string };

export type CommandReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'unknown'; readonly verb: string; readonly didYouMean?: string };

// ---------------------------------------------------------------------------------------------- what happened

/**
 * What happened to one plan. `id` names the happening: a fact with an id that was handled is not handled again.
 * Everything that a decision needs is in the fact; nothing is looked up while deciding.
 */
export type Fact = { readonly id: string; readonly at: Instant } & (
  | { readonly kind: 'seen'; readonly snapshot: Snapshot; readonly because: string }
  | {
      readonly kind: 'commanded';
      readonly snapshot: Snapshot;
      readonly reading: Exclude<CommandReading, { readonly kind: 'none' }>;
      /** The issue or pull request that the comment stands on. */
      readonly on: number;
      readonly comment: number;
      readonly actor: string;
      readonly permission: Permission;
      /** The actor wrote the issue. */
      readonly author: boolean;
    }
  | { readonly kind: 'prepared'; readonly base: Base }
  | { readonly kind: 'not-prepared'; readonly why: string }
  | {
      readonly kind: 'attempt-claimed';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      /** What the ledger knows of a start that was cut off, US dollars: nobody else tells it. */
      readonly spent?: number;
    }
  | {
      readonly kind: 'attempt-stepped';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      readonly step: Step;
    }
  | {
      readonly kind: 'attempt-progressed';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      readonly doing: Progress;
    }
  /** What stood in the worktree of a running agent was committed on this machine. */
  | {
      readonly kind: 'attempt-checkpointed';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      readonly commit: Sha;
    }
  | {
      readonly kind: 'attempt-ended';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      readonly outcome:
        | { readonly ok: true; readonly work: Work }
        | { readonly ok: false; readonly failure: Failure; readonly cost?: number };
    }
  | {
      readonly kind: 'branch-moved';
      readonly item: number;
      readonly attempt: number;
      readonly claim: string;
      readonly work: Work;
      readonly found: Sha | 'deleted';
    }
  | { readonly kind: 'pull-opened'; readonly item: number; readonly head: Sha; readonly pull: number }
  | { readonly kind: 'pull-refused'; readonly item: number; readonly head: Sha; readonly message: string }
  | {
      readonly kind: 'pull-closed';
      readonly item: number;
      readonly pull: number;
      readonly merged: boolean;
      readonly by: string;
      /** The branch that it went to. */
      readonly into?: string;
    }
  | { readonly kind: 'base-moved'; readonly moved: MovedBase }
  /** The next member of a sequential plan stands on top of what landed. */
  | { readonly kind: 'rebased'; readonly item: number; readonly from: Sha; readonly work: Work }
  | { readonly kind: 'not-rebased'; readonly item: number; readonly head: Sha; readonly why: HoldReason }
  /** Not now, and nobody's fault: it is tried again by itself. */
  | { readonly kind: 'rebase-put-off'; readonly item: number; readonly message: string }
  /** A person changed the branch that a pull request goes to, or changed it back. */
  | { readonly kind: 'pull-retargeted'; readonly item: number; readonly pull: number; readonly to: string }
  | {
      readonly kind: 'reviewed';
      readonly item: number;
      readonly pull: number;
      readonly head: Sha;
      readonly approved: boolean;
    }
  | {
      readonly kind: 'pushed-by-person';
      readonly item: number;
      readonly head: Sha;
      /** What its changes are counted from now; absent: as before. */
      readonly base?: Sha;
      readonly refused: readonly Refusal[];
      readonly changes: readonly Change[];
    }
  /** Heads were merged in pairs, and read for their style. */
  | {
      readonly kind: 'forecast';
      readonly forecast: Forecast;
      readonly styles: Readonly<Record<number, StyleProfile>>;
    }
  | { readonly kind: 'integrated'; readonly integration: Integration }
  /** The integration branch was moved by somebody: nothing was pushed. */
  | { readonly kind: 'integration-moved'; readonly round: number; readonly found: Sha | 'deleted' }
  | { readonly kind: 'integration-refused'; readonly round: number; readonly message: string }
  /** The verification cannot be run where the round is: nobody is to blame, and the job is tried again. */
  | { readonly kind: 'integration-waits'; readonly round: number; readonly why: string }
  /** What git merged is not what the members changed: nothing was pushed. */
  | { readonly kind: 'integration-unsound'; readonly round: number; readonly message: string }
  | { readonly kind: 'integration-opened'; readonly pull: number; readonly round: number }
  | { readonly kind: 'integration-closed'; readonly pull: number; readonly merged: boolean; readonly by: string }
);

// ---------------------------------------------------------------------------------------------- what is to be done

/** The app's word on an issue: exactly one of these stands on everything it knows. */
export type StateLabel = `parallel:${'ready' | 'blocked' | 'running' | 'in-review' | 'done'}`;

export type Reaction = 'eyes' | '+1' | 'confused';

/**
 * What a decision asks for. `name` is deterministic: the same decision asks under the same name, and what is done
 * under a name is not done again. Effects that write text carry none: the text is rendered from the plan as it
 * stands when they are performed, so that a late one is never stale.
 */
export type Effect = { readonly name: string } & (
  | { readonly kind: 'report'; readonly item: number }
  /** `since`: the change that asks for it; while the plan runs, all changes of ten seconds ask under one name, which is done whenever it is asked for. */
  | { readonly kind: 'panel'; readonly since?: Instant }
  /** Brings the app's label on an issue of the plan in line with its state. */
  | { readonly kind: 'label'; readonly issue: number }
  /** Gives one of the app's labels its colour in the repository. */
  | { readonly kind: 'paint'; readonly label: StateLabel }
  /** Opens the onboarding pull request, or says on issue `on` why there is none to open. */
  | { readonly kind: 'init'; readonly on: number }
  | { readonly kind: 'react'; readonly comment: number; readonly reaction: Reaction }
  | { readonly kind: 'answer'; readonly on: number; readonly topic: 'help' }
  | { readonly kind: 'prepare' }
  | { readonly kind: 'attempt'; readonly item: number; readonly attempt: number; readonly priority: number }
  | { readonly kind: 'propose'; readonly item: number; readonly head: Sha }
  /** `again`: the head has one already, and there is something else to say. */
  | { readonly kind: 'check-run'; readonly item: number; readonly head: Sha; readonly again?: true }
  /** Brings the next member of a sequential plan on top of what landed. */
  | { readonly kind: 'rebase'; readonly item: number; readonly head: Sha }
  /** Says on a member's pull request where its work landed. */
  | { readonly kind: 'say-landed'; readonly item: number; readonly pull: number }
  | { readonly kind: 'integrate'; readonly round: number }
  | { readonly kind: 'propose-integration'; readonly round: number }
  | { readonly kind: 'delete-branch'; readonly branch: string; readonly expected: Sha }
  | { readonly kind: 'inspect-push'; readonly item: number; readonly head: Sha }
  /** Merges the members' heads in pairs. `since`: only checkpoints moved, and those of ten seconds are looked at together. */
  | { readonly kind: 'forecast'; readonly since?: Instant }
  /** Brings our comment on the item's pull request in line with the conflicts that are forecast for it. */
  | { readonly kind: 'conflict-note'; readonly item: number }
);

export type EffectKind = Effect['kind'];

/** The answer of `decide`: the plan after the fact, what to do, and the scopes to hold from now on (when that changes). */
export type Decision = {
  readonly plan: Plan;
  readonly effects: readonly Effect[];
  /** Patterns that the plan claims from now on (`[]` gives them up); absent: unchanged. */
  readonly claims?: readonly Claim[];
};

/** Hex SHA-256 of a text. Handed in, because the core has no library for it. */
export type Hash = (text: string) => string;
