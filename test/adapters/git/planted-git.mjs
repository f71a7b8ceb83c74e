/**
 * A git that lies: trees that come out of `merge-tree`, or that go into `commit-tree`, lack one file.
 * `node planted-git.mjs <real git> <verb> <file> …arguments of git`
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [real = '', verb = '', file = '', ...args] = process.argv.slice(2);
const at = args.indexOf(verb);
const git = (more, input, env = {}) =>
  spawnSync(real, [...args.slice(0, at), ...more], { input, env: { ...process.env, ...env }, maxBuffer: 100_000_000 });

const without = (tree) => {
  const env = { GIT_INDEX_FILE: join(tmpdir(), `planted-${process.pid}`) };
  if (git(['read-tree', tree], undefined, env).status !== 0) return tree;
  git(['rm', '--cached', '-q', '--ignore-unmatch', '--', file], undefined, env);
  return git(['write-tree'], undefined, env).stdout.toString().trim();
};

if (at < 0) {
  const { status, signal } = spawnSync(real, args, { stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}
const input = args.includes('--stdin') || verb === 'commit-tree' ? readFileSync(0) : undefined;
const planted = args.map((one) =>
  verb === 'commit-tree' && /^[0-9a-f]{40}$/.test(one) && args[args.indexOf(one) - 1] !== '-p' ? without(one) : one,
);
const done = spawnSync(real, planted, { input, maxBuffer: 100_000_000 });
const said = done.stdout.toString('latin1');
process.stdout.write(
  Buffer.from(
    verb === 'merge-tree' ? said.replaceAll(/(?<![0-9a-f~])[0-9a-f]{40}(?![0-9a-f])/g, without) : said,
    'latin1',
  ),
);
process.stderr.write(done.stderr);
process.exitCode = done.status ?? 1;
