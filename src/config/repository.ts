import { z } from 'zod';
import { POLICIES, type Settings, STRATEGIES, WORK_KINDS } from '#core/types.ts';
import { amount, flag, line, name, oneOf, pattern, repositoryPath, shell, wholeNumber } from './field.ts';
import { readFile } from './read-file.ts';

/** Where a repository keeps its configuration. */
export const REPOSITORY_FILE = '.github/parallel.yml';

const texts = <Field extends z.ZodType<string>>(field: Field, what: string) =>
  z.union([field.transform((text) => [text]), z.array(field)], what);

const patterns = () => z.array(pattern(), PATTERNS);

const COMMANDS = 'a command, or a list of commands';
const PATTERNS = 'a list of path patterns, such as [infra/**]';

/** The keys of `.github/parallel.yml` (spec section 7). Absent keys leave the decision to the operator. */
export const REPOSITORY = z.strictObject(
  {
    agent: name('the name of an agent')
      .exactOptional()
      .meta({ description: 'Agent for items that name none. Absent: the default of the operator.' }),
    agents: z.array(name('the name of an agent'), 'a list of names of agents').exactOptional().meta({
      description: 'Names that items may choose from, of those that the operator offers. Absent: all of them.',
    }),
    model_by_kind: z
      .partialRecord(z.enum(WORK_KINDS), line('the name of a model'), 'kinds of work with a model each')
      .default({})
      .meta({ description: `Model for each kind of work: ${WORK_KINDS.join(', ')}.` }),
    roles_dir: repositoryPath('a folder of the repository')
      .exactOptional()
      .meta({ description: 'Folder with definitions of roles in Markdown, read at the base commit.' }),
    setup: texts(shell(COMMANDS), COMMANDS)
      .prefault([])
      .meta({ description: 'Commands that make a fresh worktree ready, before the agent starts.' }),
    verify: texts(shell(COMMANDS), COMMANDS).default([]).meta({
      description: 'Commands that must pass for every item and after every merge, beside those of the issues.',
    }),
    strategy: oneOf(STRATEGIES)
      .default('integration')
      .meta({ description: 'Where pull requests of items go, when the plan does not say.' }),
    integrate: oneOf(['approved', 'verified']).default('approved').meta({
      description: 'When a member is merged: approved by a writer on its current head, or as soon as it is verified.',
    }),
    policy: oneOf(POLICIES).default('each').meta({
      description:
        'How a round of integration is verified: after each merge, or all merges as one (`tip`), and by halves when that fails.',
    }),
    slots: wholeNumber(1, 256).exactOptional().meta({ description: 'Agents of one plan at once, at most.' }),
    attempts: wholeNumber(1, 20)
      .exactOptional()
      .meta({ description: 'Starts of an agent in the life of an item, at most.' }),
    budget: amount('US dollars', 100_000).exactOptional().meta({ description: 'US dollars for a plan, at most.' }),
    timeout: amount('minutes', 1_440).exactOptional().meta({ description: 'Minutes for one attempt, at most.' }),
    protected: z
      .union(
        [
          patterns().transform((add) => ({ add, allow: [] as string[] })),
          z.strictObject({ add: patterns().default([]), allow: patterns().default([]) }),
        ],
        'a list of path patterns, or { add: […], allow: […] } with such lists',
      )
      .prefault([])
      .meta({
        description:
          'Paths that no item may own. A list adds to the built-in ones; `{ add: […], allow: […] }` adds, and lets items own built-in ones.',
      }),
    allowed_packages: z
      .array(line('the name of a package'), 'a list of names of packages')
      .exactOptional()
      .meta({ description: 'Packages that items may add. Absent: any, and they are listed for the reviewer.' }),
    style_guide: repositoryPath('a file of the repository')
      .exactOptional()
      .meta({ description: 'File with the conventions of the repository, given to every agent.' }),
    draft: flag().default(false).meta({ description: 'Open pull requests as drafts even when verified.' }),
    review_rounds: wholeNumber(0, 10).default(2).meta({ description: 'Rounds of review and fix by agents, at most.' }),
  },
  'a mapping of keys and values',
);

const known = (path: readonly PropertyKey[]): readonly string[] =>
  path[0] === 'protected' ? ['add', 'allow'] : path[0] === 'model_by_kind' ? WORK_KINDS : Object.keys(REPOSITORY.shape);

type Keys = z.output<typeof REPOSITORY>;

/** What holds without a file. */
const DEFAULTS: Keys = REPOSITORY.parse({});

/**
 * Reads the text of `.github/parallel.yml` (YAML or JSON; empty for no file). Keys that it leaves out come from the
 * same file of the organisation. With problems, a sentence each, the settings are the defaults: half a configuration
 * is nobody's wish.
 */
export const readRepository = (text: string, organisation = ''): { settings: Settings; problems: string[] } => {
  const wide = readFile(REPOSITORY, organisation, `${REPOSITORY_FILE} of the organisation`, known);
  const own = readFile(REPOSITORY, text, REPOSITORY_FILE, known);
  if (!wide.ok || !own.ok) {
    const problems = [...(own.ok ? [] : own.problems), ...(wide.ok ? [] : wide.problems)];
    return { settings: settingsOf(DEFAULTS), problems };
  }
  const given = Object.fromEntries(Object.entries(own.value).filter(([key]) => own.given.includes(key)));
  const together: Keys = { ...wide.value, ...given };
  const unknown = together.agent !== undefined && together.agents?.includes(together.agent) === false;
  if (!unknown) return { settings: settingsOf(together), problems: [] };
  const problem = `${REPOSITORY_FILE}: agent is "${together.agent}"; expected one of agents: ${together.agents?.join(', ')}.`;
  return { settings: settingsOf(DEFAULTS), problems: [problem] };
};

const settingsOf = (keys: Keys): Settings => {
  const { model_by_kind, roles_dir, allowed_packages, style_guide, review_rounds, ...same } = keys;
  return {
    ...same,
    modelByKind: model_by_kind,
    reviewRounds: review_rounds,
    ...(roles_dir === undefined ? {} : { rolesDir: roles_dir }),
    ...(allowed_packages === undefined ? {} : { allowedPackages: allowed_packages }),
    ...(style_guide === undefined ? {} : { styleGuide: style_guide }),
  };
};
