import { z } from 'zod';
import { type Fault, fault } from './explain.ts';
import { amount, hostAndPort, line, name, oneOf, wholeNumber } from './field.ts';
import { PRICES } from './prices.ts';
import { readFile } from './read-file.ts';

const NAME = 'a name of letters, digits, "-", "_" and "."';
const ARGV = 'a list of a program and its arguments, such as [goose, acp]';
const FOLDERS = 'a list of folders';

/** One agent on offer. `command` and `readable` are as written here; `agent-paths.ts` makes them absolute. */
export const AGENT = z.strictObject(
  {
    kind: oneOf(['claude-code', 'codex', 'acp', 'command']).meta({ description: 'How the agent is spoken to.' }),
    model: line('the name of a model').exactOptional().meta({ description: 'Model that it is started with.' }),
    command: z
      .array(z.string(ARGV).min(1, ARGV), ARGV)
      .min(1, ARGV)
      .exactOptional()
      .meta({ description: 'Program and arguments, run without a shell. Needed for the kinds acp and command.' }),
    gateway: oneOf(['anthropic', 'openai']).exactOptional().meta({
      description:
        'For the kind command: the provider whose models it reaches through the gateway, at ANTHROPIC_BASE_URL or OPENAI_BASE_URL. The other kinds know theirs.',
    }),
    readable: z
      .array(line(FOLDERS), FOLDERS)
      .exactOptional()
      .meta({ description: 'Folders shown to it read-only in the sandbox, relative to this file.' }),
  },
  'an agent, such as { kind: claude-code }',
);

/** An agent on offer, as configured. */
export type AgentConfig = z.output<typeof AGENT>;

const price = () => amount('US dollars per million tokens', 100_000, true);

const RATES = {
  input: price(),
  output: price(),
  cache_read: price().exactOptional(),
  cache_write: price().exactOptional(),
};

const PRICE = z.strictObject(
  {
    ...RATES,
    long: z
      .strictObject(
        { above: wholeNumber(1, 100_000_000), ...RATES },
        'prices of long prompts, such as { above: 200000, input: 6, output: 22.5 }',
      )
      .exactOptional()
      .meta({ description: 'Prices of requests whose prompt has more than `above` tokens, cached ones included.' }),
  },
  'prices, such as { input: 3, output: 15 }',
);

const LIMITS = z.strictObject(
  {
    timeout: amount('minutes', 1_440).default(30).meta({ description: 'Minutes for one attempt.' }),
    stall: amount('minutes', 1_440)
      .default(5)
      .meta({ description: 'Minutes without a sign of life after which an attempt is ended.' }),
    checkpoint: amount('minutes', 1_440).default(2).meta({
      description: 'Minutes between two looks at a running agent: what it has by then is kept for the next attempt.',
    }),
    output_mb: amount('megabytes', 10_000)
      .default(50)
      .meta({ description: 'Megabytes of output after which an attempt is ended.' }),
    disk_mb: wholeNumber(16, 1_000_000).default(10_000).meta({
      description: 'Megabytes of disk for one attempt, its checkout included; its temporary folders hold at most 2048.',
    }),
    memory_mb: wholeNumber(64, 1_000_000)
      .default(8_192)
      .meta({ description: 'Megabytes of memory for one attempt, all its processes together.' }),
    processes: wholeNumber(16, 30_000)
      .default(2_000)
      .meta({ description: 'Processes and threads at once for one attempt.' }),
    attempts: wholeNumber(1, 20).default(3).meta({ description: 'Starts of an agent in the life of an item.' }),
    day_budget: amount('US dollars', 1_000_000)
      .default(50)
      .meta({ description: 'US dollars for all agents in a day (UTC).' }),
    attempt_budget: amount('US dollars', 100_000)
      .exactOptional()
      .meta({ description: 'US dollars for one attempt. Absent: what the item, its plan and the day leave.' }),
    tokens: wholeNumber(1_000, 1_000_000_000).default(5_000_000).meta({
      description:
        'Tokens for one attempt on models without a price, which budgets in dollars do not see. Those read from a cache count a tenth.',
    }),
    write_interval: amount('seconds', 60, true).default(1).meta({
      description:
        "Seconds between two writes to GitHub for one installation: GitHub's own rule for content is 1; 0 suits a local world only.",
    }),
  },
  'limits, such as { timeout: 30 }',
);

const CONTAINER = z.strictObject(
  {
    runtime: oneOf(['docker', 'podman'])
      .exactOptional()
      .meta({ description: 'Program that runs containers. Absent: docker when it is on the PATH, else podman.' }),
    image: line('the name of an image').default('node:24-bookworm').meta({
      description: 'Image whose system agents see: glibc, bash, git, and what commands need. It is never pulled.',
    }),
  },
  'a mapping, such as { runtime: podman, image: node:24-bookworm }',
);

/** The keys of `forkjoin.yml` (spec section 7). */
export const OPERATOR = z.strictObject(
  {
    data: line('a folder').default('.forkjoin').meta({
      description: 'Folder for clones, worktrees and the embedded database, relative to this file. FORKJOIN_HOME wins.',
    }),
    slots: wholeNumber(1, 256).default(4).meta({ description: 'Agents at once on this worker.' }),
    sandbox: oneOf(['bubblewrap', 'container', 'none']).default('bubblewrap').meta({
      description:
        'What contains agents and commands. `none` contains nothing, and every panel and pull request says so.',
    }),
    container: CONTAINER.exactOptional().meta({ description: 'For `sandbox: container`: with what and in what.' }),
    default_agent: name(NAME)
      .exactOptional()
      .meta({ description: 'Agent for items that name none. Absent: `claude` when offered, else the first.' }),
    agents: z
      .record(name(NAME), AGENT, 'agents, a name and { kind: … } each')
      .default({ claude: { kind: 'claude-code' } })
      .meta({ description: 'Agents on offer, by name.' }),
    prices: z
      .record(line('the name of a model'), PRICE, 'prices by model')
      .default({})
      .meta({ description: 'US dollars per million tokens, over the shipped table.' }),
    egress: z
      .array(hostAndPort(), 'a list of host:port')
      .default([])
      .meta({ description: 'What agents may reach besides the model, as host:port.' }),
    setup_egress: z.array(hostAndPort(), 'a list of host:port').default([]).meta({
      description: 'What set-up commands, and the tools that make lock files again, may reach, as host:port.',
    }),
    limits: LIMITS.prefault({}).meta({ description: 'Upper bounds; repositories and plans can only lower them.' }),
  },
  'a mapping of keys and values',
);

// Rules see the file as written, whatever its shape, so that what they find is told together with all else.
const AGENTS = z.record(z.string(), z.unknown());
const OFFER = z.object({ agents: AGENTS.default({ claude: {} }), default_agent: z.unknown().optional() });
const WITHOUT_COMMAND = z.object({ kind: z.enum(['acp', 'command']), command: z.undefined().optional() });

const defaultIsOffered = (file: unknown): Fault[] => {
  const { agents, default_agent } = OFFER.safeParse(file).data ?? {};
  if (
    agents === undefined ||
    default_agent === undefined ||
    (typeof default_agent === 'string' && Object.hasOwn(agents, default_agent))
  )
    return [];
  return [fault(['default_agent'], default_agent, `one of the agents on offer: ${Object.keys(agents).join(', ')}`)];
};

const commandIsGiven = (file: unknown): Fault[] =>
  Object.entries(OFFER.safeParse(file).data?.agents ?? {})
    .filter(([, agent]) => WITHOUT_COMMAND.safeParse(agent).success)
    .map(([name]) => fault(['agents', name, 'command'], undefined, `${ARGV}, because of the kind`));

const someAgent = (file: unknown): Fault[] => {
  const agents = OFFER.safeParse(file).data?.agents;
  if (agents === undefined || Object.keys(agents).length > 0) return [];
  return [fault(['agents'], agents, 'at least one agent, such as { claude: { kind: claude-code } }')];
};

/** The operator's file with defaults filled in and the prices over the shipped table. */
export type Operator = Omit<z.output<typeof OPERATOR>, 'default_agent'> & { readonly default_agent: string };

/** Reads `forkjoin.yml` (YAML or JSON; empty for no file): the whole value, or every problem with its line. */
export const readOperator = (
  text: string,
  path: string,
): { ok: true; value: Operator } | { ok: false; problems: string[] } => {
  const read = readFile(OPERATOR, text, path, known, [someAgent, defaultIsOffered, commandIsGiven]);
  if (!read.ok) return read;
  const { agents, default_agent, prices } = read.value;
  const first = Object.hasOwn(agents, 'claude') ? 'claude' : (Object.keys(agents)[0] ?? 'claude');
  return {
    ok: true,
    value: { ...read.value, default_agent: default_agent ?? first, prices: { ...PRICES, ...prices } },
  };
};

const known = (path: readonly PropertyKey[]): readonly string[] => {
  if (path[0] === 'limits') return Object.keys(LIMITS.shape);
  if (path[0] === 'agents') return Object.keys(AGENT.shape);
  if (path[0] === 'container') return Object.keys(CONTAINER.shape);
  return Object.keys(path[0] === 'prices' ? PRICE.shape : OPERATOR.shape);
};
