/**
 * What the app itself costs an item, without GitHub's pacing: (label → agent start) + (agent end → pull request).
 * The maintainer says `/parallel start` as soon as the item is ready. Baseline of the same run: the raw git work that
 * an item cannot do without (worktree, commit, push over HTTP, clean worktree for the verification).
 *
 *   node bench/overhead.ts [items]      target: a median of at most 1.5 s on 2 cores
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { item, median, openBench } from './stage.ts';

const COUNT = Number(process.argv[2] ?? 15);
const bench = await openBench({ agentMs: 200, slots: 1 });
const { maintainer } = bench;
const overheads: number[] = [];
try {
  // One item more than is counted: the first clone is made once a repository, not once an item.
  for (let index = 0; index <= COUNT; index++) {
    const path = `docs/part-${index}.md`;
    const { number } = await maintainer.createIssue({ title: `Part ${index}`, body: item(path) });
    const labelled = Date.now();
    await maintainer.label(number, 'parallel');
    await bench.plan(number, (plan) => plan.items[0]?.state.name === 'ready');
    await maintainer.comment(number, '/parallel start');
    const plan = await bench.plan(
      number,
      (found) => found.state.name === 'proposed' || found.items[0]?.state.name === 'failed',
    );
    const proposed = Date.now();
    const branch = plan.items[0]?.branch ?? '';
    const content = await maintainer.request('GET', `/contents/${path}?ref=${branch}`);
    const { start, end } = JSON.parse(
      Buffer.from(String((content.body as { content: string }).content), 'base64').toString(),
    ) as { start: number; end: number };
    if (index > 0) overheads.push(start - labelled + (proposed - end));
    process.stderr.write(
      `item ${index}: ${start - labelled} ms to the agent, ${proposed - end} ms to the pull request\n`,
    );
  }
  const raws: number[] = [];
  for (let index = 0; index < 5; index++) raws.push(await rawGit(index));
  const raw = median(raws);
  const figure = median(overheads);
  process.stdout.write(
    `overhead per item: median ${(figure / 1_000).toFixed(2)} s (target 1.5 s); raw git work ${(raw / 1_000).toFixed(2)} s; ratio ${(figure / raw).toFixed(1)}\n`,
  );
  process.exitCode = figure <= 1_500 ? 0 : 1;
} finally {
  await bench.close();
}

/** Milliseconds of git alone for one item. */
async function rawGit(index: number): Promise<number> {
  const { serverUrl, repository } = bench.world;
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-raw-'));
  // Not synchronously: the remote is answered by this very process.
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...args])).stdout.trim();
  try {
    const remote = `${serverUrl.replace('//', `//octo-maintainer:${maintainer.token}@`)}/${repository.owner}/${repository.name}.git`;
    await git('clone', '--quiet', '--bare', remote, `${folder}/bare.git`);
    const begin = performance.now();
    const bare = `--git-dir=${folder}/bare.git`;
    await git(bare, 'worktree', 'add', '--quiet', '--detach', `${folder}/work`, 'main');
    writeFileSync(`${folder}/work/raw.md`, 'raw\n');
    await git('-C', `${folder}/work`, 'add', '-A');
    await git('-C', `${folder}/work`, 'commit', '--quiet', '-m', 'raw');
    await git(
      bare,
      'worktree',
      'add',
      '--quiet',
      '--detach',
      `${folder}/verify`,
      await git('-C', `${folder}/work`, 'rev-parse', 'HEAD'),
    );
    await git('-C', `${folder}/work`, 'push', '--quiet', remote, `HEAD:refs/heads/raw-${index}`);
    return performance.now() - begin;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
