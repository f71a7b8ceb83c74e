import { describe, expect, test } from 'vitest';
import { readOperator } from '#config/operator.ts';
import { PRICES } from '#config/prices.ts';

const value = (text: string) => {
  const read = readOperator(text, 'forkjoin.yml');
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.value;
};

const problems = (text: string): readonly string[] => {
  const read = readOperator(text, 'forkjoin.yml');
  return read.ok ? [] : read.problems;
};

/** The example of the specification, word for word. */
const EXAMPLE = `
data: .forkjoin              # FORKJOIN_HOME wins
slots: 4                     # agents at once on this worker
sandbox: bubblewrap          # bubblewrap | container | none
default_agent: claude
agents:
  claude: { kind: claude-code, model: claude-sonnet-4-5 }
  codex:  { kind: codex, model: gpt-5 }
  goose:  { kind: acp, command: [goose, acp] }
  script: { kind: command, command: [node, agent.mjs, table.json], readable: [./tools] }   # readable: folders
prices:                      # US dollars per million tokens, over the shipped table
  claude-sonnet-4-5: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 }
egress: []                   # host:port that agents may reach besides the model
setup_egress: []             # host:port that set-up commands may reach
limits: { timeout: 30, stall: 5, output_mb: 50, attempts: 3, day_budget: 50 }
`;

describe("the operator's file", () => {
  test('an empty file, one with comments only and none at all are the defaults', () => {
    const defaults = {
      data: '.forkjoin',
      slots: 4,
      sandbox: 'bubblewrap',
      default_agent: 'claude',
      agents: { claude: { kind: 'claude-code' } },
      prices: PRICES,
      egress: [],
      setup_egress: [],
      limits: {
        timeout: 30,
        stall: 5,
        output_mb: 50,
        attempts: 3,
        day_budget: 50,
        write_interval: 1,
        checkpoint: 2,
        disk_mb: 10_000,
        memory_mb: 8_192,
        processes: 2_000,
        tokens: 5_000_000,
      },
    };
    expect(value('')).toEqual(defaults);
    expect(value('# nothing yet\n')).toEqual(defaults);
    expect(value('{}')).toEqual(defaults);
  });

  test('the example of the specification is read as it stands', () => {
    const { agents, limits, prices } = value(EXAMPLE);
    expect(Object.keys(agents)).toEqual(['claude', 'codex', 'goose', 'script']);
    expect(agents['script']).toEqual({
      kind: 'command',
      command: ['node', 'agent.mjs', 'table.json'],
      readable: ['./tools'],
    });
    expect(limits.timeout).toBe(30);
    expect(prices['gpt-5']).toEqual(PRICES['gpt-5']);
  });

  test('JSON is read too, indented with tabs or behind a byte order mark', () => {
    expect(value('{\n\t"slots": 2,\n\t"limits": { "write_interval": 0 }\n}').limits.write_interval).toBe(0);
    expect(value('\uFEFFslots: 2').slots).toBe(2);
  });

  test('the default agent is the one named, else claude, else the first', () => {
    expect(value('agents: { b: { kind: codex }, a: { kind: codex } }').default_agent).toBe('b');
    expect(value('agents: { b: { kind: codex }, claude: { kind: claude-code } }').default_agent).toBe('claude');
    expect(value('agents: { b: { kind: codex }, a: { kind: codex } }\ndefault_agent: a').default_agent).toBe('a');
  });

  test('every problem is told at once, in the order of the lines', () => {
    const text = `slotss: 3
agents:
  a b: { kind: codex }
  goose: { kind: acp }
  c: { kind: codex, modle: gpt-5 }
limits: { timeout: 0, attempts: 2.5 }
prices: { m: { input: -1, output: .inf } }
egress: [example.com]
default_agent: zebra
sandbox: docker
`;
    expect(problems(text)).toEqual([
      'forkjoin.yml:1: unknown key "slotss"; did you mean "slots"?',
      'forkjoin.yml:3: agents.a b is no name here; expected a name of letters, digits, "-", "_" and ".".',
      'forkjoin.yml:4: agents.goose.command is missing; expected a list of a program and its arguments, such as [goose, acp], because of the kind.',
      'forkjoin.yml:5: unknown key "modle" under agents.c; did you mean "model"?',
      'forkjoin.yml:6: limits.timeout is 0; expected a number of minutes, more than 0 and at most 1440.',
      'forkjoin.yml:6: limits.attempts is 2.5; expected a whole number from 1 to 20.',
      'forkjoin.yml:7: prices.m.input is -1; expected a number of US dollars per million tokens, from 0 to 100000.',
      'forkjoin.yml:7: prices.m.output is Infinity; expected a number of US dollars per million tokens, from 0 to 100000.',
      'forkjoin.yml:8: egress.0 is "example.com"; expected host:port, such as registry.npmjs.org:443.',
      'forkjoin.yml:9: default_agent is "zebra"; expected one of the agents on offer: a b, goose, c.',
      'forkjoin.yml:10: sandbox is "docker"; expected one of bubblewrap, container, none.',
    ]);
  });

  test.each([
    ['a key twice', 'slots: 1\nslots: 2', 'forkjoin.yml:2: Map keys must be unique at "slots: 2".'],
    ['a list', '- slots', 'forkjoin.yml:1: the file is ["slots"]; expected a mapping of keys and values.'],
    [
      'a sentence',
      'four slots please',
      'forkjoin.yml:1: the file is "four slots please"; expected a mapping of keys and values.',
    ],
    [
      'no agent',
      'agents: {}',
      'forkjoin.yml:1: agents is {}; expected at least one agent, such as { claude: { kind: claude-code } }.',
    ],
    [
      'an agent that is nothing',
      'agents: { a: }',
      'forkjoin.yml:1: agents.a is null; expected an agent, such as { kind: claude-code }.',
    ],
    [
      'an agent named as every object is',
      'default_agent: constructor',
      'forkjoin.yml:1: default_agent is "constructor"; expected one of the agents on offer: claude.',
    ],
    [
      'a program without words',
      'agents: { a: { kind: command, command: [] } }',
      'forkjoin.yml:1: agents.a.command is []; expected a list of a program and its arguments, such as [goose, acp].',
    ],
  ])('%s is refused', (_what, text, problem) => {
    expect(problems(text)).toContain(problem);
  });

  test('a bracket that is not closed names its line', () => {
    expect(problems('slots: 1\nagents: { a: [')[0]).toMatch(/^forkjoin\.yml:\d+: .+ at ".*"\.$/);
  });

  test('aliases that would grow into gigabytes are refused', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 98; i < 106; i += 1) {
      const [name, before] = [String.fromCharCode(i), String.fromCharCode(i - 1)];
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    expect(problems(bomb.join('\n'))[0]).toMatch(/alias/);
  });
});
