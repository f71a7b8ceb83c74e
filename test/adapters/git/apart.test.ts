import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { git } from '#adapters/git/git.ts';
import { Place } from './place.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
  place.commit('main', { 'a.txt': 'a' });
});
afterEach(() => place.remove());

/** The small processes that this one has started and that are alive. */
const helpers = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) \S /, ' ')
          .split(' ');
        return (
          Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('runner-process')
        );
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);

const hash = (file: string) => git(['hash-object', file], { cwd: place.root, gitDir: place.remote, apart: true });

it('tells who waits for git that the small process ended, and goes on with another', async () => {
  await hash(join(place.person, 'a.txt'));
  const [first, ...others] = helpers();
  expect(others).toEqual([]);
  const pipe = join(place.root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Nobody writes into the pipe, so that git waits as long as need be.
  const waiting = hash(pipe);
  if (first === undefined) throw new Error('there is no small process');
  process.kill(first, 'SIGKILL');
  await expect(waiting).rejects.toThrow('the process that starts git ended');
  // What the killed one had started hears that the pipe is at its end.
  closeSync(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
  const { output } = await hash(join(place.person, 'a.txt'));
  expect(output.toString().trim()).toMatch(/^[0-9a-f]{40}$/);
  expect(helpers()).toHaveLength(1);
  expect(helpers()).not.toContain(first);
});
