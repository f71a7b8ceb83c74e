import type { Faults } from './faults.ts';
import type { Files } from './git/bare.ts';
import type { Hub } from './hub.ts';
import type { Exchange, Write } from './log.ts';
import type { Person } from './people.ts';
import type { Repo, Role } from './state.ts';
import type { Delivery, Webhooks } from './webhooks.ts';

/** One repository to start with. `files` are its first commit; without any it is empty. */
export type RepositoryOptions = {
  readonly name: string;
  readonly files?: Files;
  readonly private?: boolean;
  readonly defaultBranch?: string;
};

export type WorldOptions = {
  /** Port of the front; 0 (default) takes a free one. */
  readonly port?: number;
  /** Where webhooks go; they are recorded either way. */
  readonly webhookUrl?: string;
  readonly webhookSecret?: string;
  readonly owner?: string;
  /** Default: one called `shop` with a README. */
  readonly repositories?: readonly RepositoryOptions[];
  /** Roles by login, the same in every repository; default: `PEOPLE`. The first should be an admin. */
  readonly people?: Readonly<Record<string, Role>>;
  /** What the app was granted; default: `APP_PERMISSIONS`. */
  readonly permissions?: Readonly<Record<string, string>>;
  readonly events?: readonly string[];
};

/** Who is there by default. A role of `none` still reads what is public, as on GitHub. */
export const PEOPLE: Readonly<Record<string, Role>> = {
  'octo-maintainer': 'admin',
  'octo-writer': 'write',
  'octo-reader': 'read',
  'octo-triage': 'triage',
  'octo-stranger': 'none',
};

/** What the app is granted by default: the least that its work needs. */
export const APP_PERMISSIONS: Readonly<Record<string, string>> = {
  metadata: 'read',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
};

/** What the app listens to by default. */
export const APP_EVENTS: readonly string[] = [
  'check_run',
  'issue_comment',
  'issue_dependencies',
  'issues',
  'pull_request',
  'pull_request_review',
  'push',
  'sub_issues',
];

/** GitHub on this machine: its coordinates, the people in it, what it saw, and what a test may do to it. */
export type World = {
  /** Base of the REST API, and of pages and git remotes (`${serverUrl}/<owner>/<repo>.git`); without a trailing slash. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly appId: number;
  readonly appSlug: string;
  /** PEM, made for this world. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly installationId: number;
  readonly owner: string;
  /** The first repository. */
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string };

  /** A person by login or by its part after `octo-` (`maintainer`), at work in the first repository or the one named. */
  readonly as: (who: string, repository?: string) => Person;
  /** Rows and bare repository, for what no API tells. Only for looking. */
  readonly repo: (name?: string) => Repo;
  readonly addRepository: (repository: RepositoryOptions) => Promise<void>;
  /** Renames a repository; requests under the old name are redirected, as on GitHub. */
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly hub: Hub;

  readonly setWebhookUrl: (url: string | undefined) => void;
  readonly deliveries: readonly Delivery[];
  readonly webhooks: Webhooks;
  readonly requests: readonly Exchange[];
  readonly writes: readonly Write[];
  readonly faults: Faults;
  /** Makes every token of the app's installation expire now. */
  readonly expireTokens: () => void;
  /** Lets the first person delete an issue of the first repository. */
  readonly deleteIssue: (issue: number) => void;
  /** Lets the first person take the app off the organisation. */
  readonly uninstall: () => void;
  /** Resolves when no webhook is on its way. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};
