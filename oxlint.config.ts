import { defineConfig, type OxlintConfig } from 'oxlint';

/**
 * The walls of the house (docs/ARCHITECTURE.md): who may import whom, a sentence with the reason for each wall.
 * `test/core/architecture` plants a violation of every one and sees it found.
 */

type Override = NonNullable<OxlintConfig['overrides']>[number];

/** Imports that may not be: those that a regular expression finds, or all but the negated ones of a group. */
type Wall = { readonly message: string } & ({ readonly regex: string } | { readonly group: string[] });

const STEPS = ['intake', 'check', 'approve', 'dispatch', 'guard', 'integrate', 'clean'];
const SHARED = ['#core/types.ts', '#core/words/**', '#core/pattern/**', '#core/graph/**'];
const MARKDOWN = ['mdast', 'mdast-util-from-markdown', 'mdast-util-gfm', 'micromark-extension-gfm'];
const NODE = ['node:*', 'node:*/**'];

const CORE_IS_PURE =
  'The core decides and does nothing: it imports only the core and zod, so that a decision can be tested as a value.';
const STEP_IS_ALONE =
  'A step of the journey knows no other step: what two of them need stands in core/types.ts, words, pattern or graph.';
const BELOW_THE_STEPS = 'Steps stand on this and journey joins the steps; the other way round there would be a circle.';
const ENGINE_KNOWS_PORTS = 'The engine knows the core and its own ports, so that any adapter can be put behind them.';
const ADAPTER_IS_ALONE =
  "An adapter knows its library, the core's words and the engine's ports; adapters meet only where they are put together.";
const CONFIG_IS_EARLY =
  'Configuration is read before anything starts, so it knows no part of the app but the words of the core.';
const CLIMB = 'Another room is entered by its name ("#core/…"), so that the wall between them can be seen.';
const MAIN_IS_LAST = 'main.ts puts everything together; only verbs start it.';
const GIT_DOOR =
  'git and agents are started behind one door each, where every safeguard is: adapters/git/git.ts and adapters/agents.';
const STAND_IN = 'This stands in for GitHub, so only tests and the demo know it.';

/** One door per library: the folders of adapters that may import it. */
const DOORS = [
  { libraries: ['probot', '@octokit'], folders: ['github'] },
  { libraries: ['simple-git'], folders: ['git'] },
  { libraries: ['ioredis'], folders: ['store', 'queue'] },
  { libraries: ['pg', '@electric-sql'], folders: ['store'] },
  { libraries: ['bullmq'], folders: ['queue'] },
  { libraries: ['@agentclientprotocol'], folders: ['agents'] },
  { libraries: ['nock', 'emulate'], folders: [] },
];

const doorOf = (folders: readonly string[]): string =>
  `One door per library: only ${folders.map((folder) => `adapters/${folder}`).join(' and ')} imports this; ask its port instead.`;

/** The doors that stay closed for everybody, or for all but one folder of adapters. */
const closed = (folder = ''): Wall[] =>
  DOORS.filter(({ folders }) => !folders.includes(folder)).map(({ libraries, folders }) => ({
    regex: `^(?:${libraries.join('|')})(?:/|$)`,
    message: folders.length === 0 ? STAND_IN : doorOf(folders),
  }));

const own = (folder: string): string[] =>
  DOORS.filter(({ folders }) => folders.includes(folder)).flatMap(({ libraries }) =>
    libraries.flatMap((library) => [library, `${library}/**`]),
  );

/** The last wall of a room: only what is listed may be imported, and what lies beside the file. */
const only = (allowed: readonly string[], message: string): Wall => ({
  group: ['**', '!./**', '!../**', ...allowed.map((path) => `!${path}`)],
  message,
});

/** Imports of parts of the core, by their names or by climbing. */
const partsOfCore = (parts: readonly string[], message: string): Wall => ({
  regex: `^(?:(?:#core|\\.\\.(?:/\\.\\.)*)/(?:${parts.join('|')})(?:/|\\.ts$)|\\./(?:${parts.join('|')})/)`,
  message,
});

const NO_CLIMBING: Wall = { regex: '^\\.\\./(?:.*/)?(?:core|engine|adapters|cli|config)/', message: CLIMB };
const NO_NEIGHBOUR: Wall = {
  regex: '^\\.\\./(?:\\.\\./)*(?:github|git|store|queue|agents|web)/',
  message: ADAPTER_IS_ALONE,
};
const NO_MAIN: Wall = { regex: '^(?:#|\\.{1,2}/(?:.*/)?)main\\.ts$', message: MAIN_IS_LAST };
const NO_PROCESSES: Wall = { regex: '^(?:node:)?child_process$', message: GIT_DOOR };

const room = (files: string[], walls: Wall[], excludeFiles: string[] = []): Override => ({
  files,
  excludeFiles,
  rules: { 'no-restricted-imports': ['error', { patterns: walls }] },
});

const step = (name: string): Override => {
  const others = [...STEPS.filter((other) => other !== name), 'journey', 'view'];
  const parsers = name === 'intake' || name === 'check' ? MARKDOWN : [];
  return room(
    [`src/core/${name}/**`],
    [partsOfCore(others, STEP_IS_ALONE), NO_CLIMBING, only(['#core/**', 'zod', ...parsers], CORE_IS_PURE)],
  );
};

const adapter = (
  files: string[],
  folder: string,
  { more = [], processes = false }: { more?: string[]; processes?: boolean } = {},
): Override => {
  const allowed = [...SHARED, '#engine/ports.ts', `#adapters/${folder}/**`, ...NODE, 'zod', ...own(folder), ...more];
  const doors = [...closed(folder), ...(processes ? [] : [NO_PROCESSES])];
  return room(files, [...doors, NO_CLIMBING, NO_NEIGHBOUR, NO_MAIN, only(allowed, ADAPTER_IS_ALONE)]);
};

/** What the core must not know of: time, chance, the machine. */
const OUTSIDE = ['process', 'performance', 'setTimeout', 'setInterval', 'fetch', 'crypto', 'console', 'Buffer'];
const impure = (names: readonly string[]) =>
  names.map((name) => ({ name, message: `${CORE_IS_PURE} "${name}" comes in as a value.` }));

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'vitest', 'promise'],
  categories: { correctness: 'error' },
  ignorePatterns: ['node_modules', 'demo/sample', '**/fixtures/**', 'coverage', '.forkjoin'],
  rules: {
    'typescript/no-floating-promises': 'error',
    // What a callback returns is the callback's own matter; what it leaves unawaited inside is found by the rule above.
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'max-lines': ['error', { max: 250 }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    // Meant so: control characters that are removed, argv written in pairs, a word beside a hash in a union.
    'no-control-regex': 'off',
    'unicorn/no-useless-spread': 'off',
    'typescript/no-redundant-type-constituents': 'off',
    // Names are sorted and split as strings; ports are objects of functions.
    'typescript/require-array-sort-compare': 'off',
    'typescript/no-misused-spread': 'off',
    'typescript/unbound-method': 'off',
    // At the HTTP edge an exchange that was not made fails a test by itself, and a refusal is told by its kind.
    'vitest/expect-expect': 'off',
    // Of a property, what is expected may depend on the example; the second argument of expect says which.
    'vitest/no-conditional-expect': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/require-to-throw-message': 'off',
  },
  overrides: [
    // Of several entries that fit a file the last one counts, whole.
    room(['src/**'], [...closed(), NO_PROCESSES, NO_MAIN]),
    room(['src/bin.mjs', 'src/cli.ts', 'src/cli/**'], closed()),
    room(
      ['src/config.ts', 'src/config/**'],
      [NO_MAIN, NO_PROCESSES, only([...SHARED, '#config/**', 'zod', 'yaml', ...NODE], CONFIG_IS_EARLY)],
    ),
    room(['src/core/**'], [NO_CLIMBING, only(['#core/**', 'zod'], CORE_IS_PURE)]),
    room(
      ['src/core/{types.ts,words/**,pattern/**,graph/**}'],
      [
        partsOfCore([...STEPS, 'journey', 'view'], BELOW_THE_STEPS),
        NO_CLIMBING,
        only(['#core/**', 'zod'], CORE_IS_PURE),
      ],
    ),
    room(
      ['src/core/{code,contract,forecast,packages,style}/**'],
      [
        partsOfCore([...STEPS, 'journey', 'view'], BELOW_THE_STEPS),
        NO_CLIMBING,
        only(['#core/**', 'zod'], CORE_IS_PURE),
      ],
    ),
    // The parser of JavaScript and TypeScript is a function from text to tree; here it is asked what a file declares.
    room(
      ['src/core/code/**'],
      [
        partsOfCore([...STEPS, 'journey', 'view'], BELOW_THE_STEPS),
        NO_CLIMBING,
        only(['#core/**', 'zod', '@babel/parser'], CORE_IS_PURE),
      ],
    ),
    ...STEPS.map(step),
    room(['src/engine/**'], [NO_CLIMBING, only(['#core/**', '#engine/**'], ENGINE_KNOWS_PORTS)]),
    adapter(['src/adapters/github/**'], 'github', { more: ['yaml'] }),
    adapter(['src/adapters/git/**'], 'git'),
    adapter(['src/adapters/git/{git,run,runner}.ts'], 'git', { processes: true }),
    adapter(['src/adapters/store/**'], 'store'),
    adapter(['src/adapters/queue/**'], 'queue'),
    adapter(['src/adapters/agents/**'], 'agents', { processes: true }),
    adapter(['src/adapters/web/**'], 'web', { more: ['#core/view/**'] }),
    {
      files: ['src/core/**'],
      rules: {
        'no-restricted-globals': ['error', ...impure(['Date', ...OUTSIDE])],
        'no-restricted-properties': [
          'error',
          { object: 'Math', property: 'random', message: CORE_IS_PURE },
          { object: 'Date', property: 'now', message: CORE_IS_PURE },
        ],
      },
    },
    // Arithmetic on instants that came in as values.
    { files: ['src/core/words/time.ts'], rules: { 'no-restricted-globals': ['error', ...impure(OUTSIDE)] } },
    // The contracts between rooms are read from top to bottom, each in one file; so are stories.
    { files: ['src/core/types.ts', 'src/engine/ports.ts', 'test/**'], rules: { 'max-lines': 'off' } },
    {
      files: ['src/cli.ts', 'src/cli/**', 'demo/**', 'bench/**', 'test/**', 'docs/**'],
      rules: { 'no-console': 'off' },
    },
  ],
});
