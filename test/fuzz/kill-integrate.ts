/**
 * `kill -9` at any instant of `forkjoin integrate`, and then again:
 * `node test/fuzz/kill-integrate.ts [--kills 300] [--seed 1]`. Exit status 1 when anything differs from an undisturbed run.
 */
import { parseArgs } from 'node:util';
import { chanceOf } from './chance.ts';
import { drawKill, killOnce, undisturbed } from './kill-once.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
const [kills, first] = [Number(values.kills), Number(values.seed)];
const start = performance.now();
const tally: Record<string, number> = {};
let [wrong, done] = [0, 0];
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopping = true));

const say = (): void => {
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stdout.write(`${JSON.stringify({ kills: done, wrong, next: first + done, seconds, hit: tally })}\n`);
};

const run = await undisturbed();
process.stdout.write(`${JSON.stringify(run.milliseconds)}\n`);
try {
  while (done < kills && !stopping) {
    const seed = first + done;
    const kill = drawKill(chanceOf(seed));
    const outcome = await killOnce(run, kill);
    done += 1;
    const title = `${kill.victim}, ${kill.moment.at}`;
    if (outcome.hit) tally[title] = (tally[title] ?? 0) + 1;
    if (outcome.wrong.length > 0) {
      wrong += 1;
      process.stdout.write(`seed ${seed} ${JSON.stringify(kill)}\n  ${outcome.wrong.join('\n  ')}\n`);
    }
    if (done % 25 === 0) say();
  }
} finally {
  run.world.close();
}
say();
process.exitCode = wrong === 0 ? 0 : 1;
