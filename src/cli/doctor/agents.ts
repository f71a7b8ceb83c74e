import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgents } from '#adapters/agents/agents.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { findProgram } from '#adapters/agents/programs.ts';
import { levelWords } from '#core/words/containment.ts';
import type { Agents, Log } from '#engine/ports.ts';
import type { Configuration } from '../../config.ts';
import { type Finding, failing, fine, sentenceOf, warning } from './finding.ts';
import { versionLine } from './version.ts';

/** Does the sandbox hold here, proven by attempts to escape and by a command that runs in it? And can every agent on offer start? */
export const checkAgents = async (configuration: Configuration, log: Log): Promise<readonly Finding[]> => {
  const { operator, home, models } = configuration;
  try {
    const agents = await createAgents({
      home,
      sandbox: operator.sandbox,
      default: operator.default_agent,
      agents: operator.agents,
      models,
      egress: operator.egress,
      setupEgress: operator.setup_egress,
      ceilings: ceilingsOf(operator.limits),
      container: operator.container,
      log,
    });
    const sandbox = await judgeSandbox(agents);
    const each = await Promise.all(
      agents.offered.map((name) => judgeAgent(agents, name, configuration, sandbox.severity === 'error')),
    );
    return [sandbox, ...each];
  } catch (cause) {
    return [
      failing(
        'sandbox',
        `agents cannot be prepared: ${sentenceOf(cause)}`,
        'See what the sentence names, then ask again',
      ),
    ];
  }
};

const judgeSandbox = async (agents: Agents): Promise<Finding> => {
  const { kind } = agents.containment;
  const path = await mkdtemp(join(tmpdir(), 'forkjoin-doctor-'));
  try {
    const worktree = { path, name: 'doctor', base: '0'.repeat(40) };
    const { ok, why, tail } = await agents.command(
      worktree,
      'true',
      { minutes: 1, network: false },
      AbortSignal.timeout(60_000),
    );
    if (!ok)
      return failing('sandbox', why ?? `a command does not run in it: ${tail}`, kind === 'container' ? ENGINE : MEND);
    return kind === 'none'
      ? warning(
          'sandbox',
          `none, ${levelWords(kind)}: agents can reach whatever this account can, and every panel and pull request says so`,
          'Set sandbox: bubblewrap in forkjoin.yml',
        )
      : fine('sandbox', `${kind} holds, ${levelWords(kind)}: what must not be reached was tried and refused`);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
};

const ENGINE = 'See docs/sandbox.md, "Containers": what an engine and an image must bring';

const MEND =
  'On Debian: apt-get install bubblewrap, and let this account make user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04 also kernel.apparmor_restrict_unprivileged_userns=0); in a container see compose.yaml';

const judgeAgent = async (
  agents: Agents,
  agent: string,
  { operator }: Configuration,
  sandboxTold: boolean,
): Promise<Finding> => {
  const name = `agent ${agent}`;
  const config = operator.agents[agent];
  const problems = await agents.problems(agent);
  // A sandbox that does not hold keeps every agent from starting; it is told once.
  const own = sandboxTold ? problems.slice(1) : problems;
  // Who offers an agent that cannot start keeps every item that asks for it from starting.
  if (own.length > 0) return failing(name, own.join('; '), 'Mend what it names, or take the agent out of forkjoin.yml');
  const word = config?.command?.[0] ?? (config?.kind === 'codex' ? 'codex' : 'claude');
  const asked = config?.kind === 'claude-code' || config?.kind === 'codex';
  const program = findProgram(word)?.file;
  const version = asked && program !== undefined ? await versionLine(program) : undefined;
  return fine(name, `${config?.kind}, ${version ?? program ?? word}`);
};
