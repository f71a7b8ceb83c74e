import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpRemote } from '../../adapters/git/http-remote.ts';
import { Place } from '../../adapters/git/place.ts';

const TOKEN = 'ghs_canary0123456789';
const FORMS = [TOKEN, Buffer.from(`x-access-token:${TOKEN}`).toString('base64')];

let place: Place;
let server: HttpRemote;
/** The arguments of every process of this machine, as `ps` shows them, while a push was under way. */
let shown: string;
beforeEach(async () => {
  place = new Place();
  server = new HttpRemote(place.root, TOKEN);
  await server.listen();
  shown = '';
  server.before = async () => {
    shown += argumentsOfAll();
    return undefined;
  };
});
afterEach(async () => {
  await server.close();
  place.remove();
});

function argumentsOfAll(): string {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

/** Files below a folder that hold the token in one of its forms. */
function holding(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => FORMS.some((form) => readFileSync(path, 'latin1').includes(form)));
}

test('row 14: a token in an address stands in arguments and files for all to see; ours does in neither', async () => {
  const base = place.commit('main', { a: '1\n' });
  const careless = join(place.root, 'careless');
  const url = server.url.replace('//', `//x-access-token:${TOKEN}@`);
  const child = spawn('git', ['clone', '-q', `${url}/remote.git`, careless], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(shown).toContain(TOKEN);
  expect(holding(careless)).toEqual([join(careless, '.git/config')]);

  shown = '';
  const git = place.git({ remote: async () => ({ url: `${server.url}/remote.git`, token: TOKEN }), protocols: 'http' });
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', base);
  expect(await git.push(place.repository, 'parallel/1/1-x', base, undefined)).toEqual({ kind: 'pushed' });
  expect(shown).toContain('parallel/1/1-x');
  for (const form of FORMS) expect(shown).not.toContain(form);
  expect([...holding(place.home), ...holding(worktree.path)]).toEqual([]);
});
