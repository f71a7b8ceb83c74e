import { Command } from 'commander';
import type { Log } from '#engine/ports.ts';
import { loadConfiguration } from '../config.ts';
import { checkAgents } from './doctor/agents.ts';
import { checkGitHub } from './doctor/credentials.ts';
import { checkDatabase } from './doctor/database.ts';
import { checkHome } from './doctor/disk.ts';
import { type Finding, failing, fine } from './doctor/finding.ts';
import { checkPrices } from './doctor/prices.ts';
import { checkGit, judgeNode } from './doctor/programs.ts';
import { checkRepository } from './doctor/repository.ts';
import { show } from './doctor/show.ts';

/** What adapters remark goes into the findings, so their log is kept still. */
const QUIET: Log = { info() {}, warn() {}, error() {} };

/** `forkjoin doctor`: is everything there that the app needs on this machine, and how is it mended? Exit 0, 1, or 2 when the configuration is broken. */
export const doctorVerb = (): Command =>
  new Command('doctor')
    .description('check git, sandbox, database, credentials, webhook and agents; each line says how to mend it')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const { findings, status } = await examine();
      const broken = findings.filter(({ name }) => name === 'configuration').map(({ message }) => message);
      const error = status === 2 ? { error: { message: broken.join(' ') } } : {};
      const answer = { ok: status === 0, ...error, checks: findings };
      const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
      process.stdout.write(json === true ? `${JSON.stringify(answer, null, 2)}\n` : show(findings, colour));
      process.exitCode = status;
    });

const examine = async (): Promise<{ findings: readonly Finding[]; status: 0 | 1 | 2 }> => {
  const machine = [judgeNode(process.versions.node), await checkGit()];
  const loaded = loadConfiguration(process.env, process.cwd());
  if (!loaded.ok) {
    const broken = loaded.problems.map((problem) => failing('configuration', problem, 'See docs/configuration.md'));
    return { findings: [...machine, ...broken], status: 2 };
  }
  const configuration = loaded.value;
  const findings = [
    ...machine,
    fine('configuration', 'read without a problem'),
    ...(await checkHome(configuration.home)),
    await checkDatabase(configuration.database, QUIET),
    ...(await checkAgents(configuration, QUIET)),
    checkPrices(configuration),
    ...(await checkRepository(configuration, process.cwd())),
    ...(await checkGitHub(configuration, QUIET)),
  ];
  return { findings, status: findings.some(({ severity }) => severity === 'error') ? 1 : 0 };
};
