// Tries to get out of wherever it runs, and prints what it could do as one line of JSON.
// Usage: probe.mjs <file outside> <folder outside> <port of this machine> <process> <its start>
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

const [file, folder, port, pid, startedAt] = process.argv.slice(2);

const works = (attempt) => {
  try {
    return attempt();
  } catch {
    return false;
  }
};

const read = works(() => readFileSync(file, 'utf8').length > 0);
const write = works(() => writeFileSync(`${folder}/planted`, 'x') === undefined);
const host = works(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19] === startedAt);
const kernel = works(() => appendFileSync('/proc/sys/kernel/core_pattern', '') === undefined);
const namespace = spawnSync('unshare', ['--user', 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0;
const network = await new Promise((resolve) => {
  const socket = connect(Number(port), '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
  socket.setTimeout(2_000, () => resolve(false));
  socket.unref();
});

process.stdout.write(`${JSON.stringify({ read, write, host, kernel, namespace, network })}\n`);
