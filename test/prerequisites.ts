import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What tests need of the system, by Debian package, and how it is found. Real servers are tested against, none is imitated. */
const NEEDS: readonly { readonly package: string; readonly found: () => boolean }[] = [
  { package: 'git', found: () => onPath('git') },
  { package: 'bubblewrap', found: () => onPath('bwrap') },
  { package: 'redis-server', found: () => onPath('redis-server') },
  { package: 'postgresql', found: () => postgresIsThere() },
  // Tools with a lock file, where the sandbox looks for programs.
  { package: 'cargo', found: () => inSystem('cargo') },
  { package: 'golang-go', found: () => inSystem('go') },
  { package: 'python3-poetry', found: () => inSystem('poetry') },
];

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));

const inSystem = (program: string): boolean =>
  ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) => isExecutable(join(folder, program)));

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

// Debian keeps the server's programs apart from PATH, a folder a version.
const postgresIsThere = (): boolean => {
  const folder = '/usr/lib/postgresql';
  return (
    existsSync(folder) && readdirSync(folder).some((version) => isExecutable(join(folder, version, 'bin/postgres')))
  );
};

const missing = (): string[] => NEEDS.filter(({ found }) => !found()).map((need) => need.package);

/** Runs apt-get without a question; its output is shown only when it fails. RUNLEVEL keeps packages from starting servers. */
const aptGet = (...args: readonly string[]): boolean => {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) process.stderr.write(`${stdout}${stderr}`.split('\n').slice(-15).join('\n'));
  return status === 0;
};

const absent = missing();
if (absent.length > 0 && process.getuid?.() === 0 && onPath('apt-get')) {
  process.stdout.write(`Tests need ${absent.join(', ')}: installing with apt-get …\n`);
  if (!aptGet('update', '-q')) process.stderr.write('The lists of packages could not be brought up to date.\n');
  aptGet('install', '-q', '-y', '--no-install-recommends', ...absent);
}

const still = missing();
if (still.length > 0) {
  process.stderr.write(
    `\nTests need ${still.join(', ')}. On Debian or Ubuntu:\n\n    sudo apt-get install -y ${still.join(' ')}\n\n`,
  );
  process.exitCode = 2;
}
