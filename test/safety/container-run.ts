/**
 * The escape probes in real containers: `node test/safety/container-run.ts podman localhost/image`, on a machine with an
 * engine and an image that has bash and coreutils. Prints a line a probe; the exit status is 1 when one of them works.
 */
import { inside, workshopOf } from './attempts.ts';
import { MORE, SIXTEEN } from './probes.ts';
import { machine } from './sandbox-world.ts';
import { openEngineSocket, startTargets } from './targets.ts';

const [runtime, image = 'node:24-bookworm'] = process.argv.slice(2);
if (runtime !== 'docker' && runtime !== 'podman') throw new Error('Usage: container-run.ts docker|podman [image]');

const uid = process.getuid?.() ?? 0;
const [targets, at] = [await startTargets(uid), machine()];
const socket = await openEngineSocket(at.elsewhere);
let escaped = 0;
try {
  const agents = await workshopOf(at, { sandbox: 'container', container: { runtime, image } });
  const control = await inside(at, uid, 'echo works > mine && cat mine', agents);
  process.stdout.write(`a command runs in it: ${control.ok ? 'yes' : `no: ${control.tail}`}\n`);
  for (const { name, attack, worked } of [...SIXTEEN, ...MORE]) {
    const attempt = await inside(at, uid, attack(at, targets), agents);
    const works = !control.ok || (worked === undefined ? attempt.ok : await worked(at, targets));
    await targets.asked();
    if (works) escaped++;
    process.stdout.write(`${works ? 'WORKS' : 'denied'}  ${name}\n`);
  }
} finally {
  socket.close();
  at.remove();
  await targets.stop();
}
process.stdout.write(`${escaped} of ${SIXTEEN.length + MORE.length} work inside\n`);
process.exitCode = escaped === 0 ? 0 : 1;
