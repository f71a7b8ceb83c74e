import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

const PACKAGES = {
  'left-pad': '1.3.0',
  'is-number': '7.0.0',
  'is-odd': '3.0.1',
  'is-obj': '3.0.0',
  'is-plain-obj': '4.1.0',
};
const npmSays = (key: string): string =>
  execFileSync('npm', ['config', 'get', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const { hostname, port } = new URL(npmSays('registry'));
/** What npm trusts here, npm in the sandbox is to trust too: there it has no settings of the person's. */
const authority = npmSays('cafile');

/** Runs npm over these files; what became of the lock file. */
const npm = (args: readonly string[], files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-npm-'));
  try {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
    return readFileSync(join(folder, 'package-lock.json'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A manifest with these packages, and the lock file that npm makes of it. */
const withLock = (...names: readonly (keyof typeof PACKAGES)[]): Record<string, string> => {
  const dependencies = Object.fromEntries(names.map((name) => [name, PACKAGES[name]]));
  const manifest = `${JSON.stringify({ name: 'shop', version: '1.0.0', dependencies }, null, 2)}\n`;
  const made = npm(['install', '--package-lock-only', '--ignore-scripts'], { 'package.json': manifest });
  return { 'package.json': manifest, 'package-lock.json': made };
};

/** An item that owns the manifest and its lock file besides. */
const addsPackages = (body: string): string =>
  body.replace('### Scope\n', '### Scope\n- `package.json`, `package-lock.json`\n');

const begins = { '.gitignore': 'node_modules\n', ...withLock('left-pad') };

describe('an item that depends on two that each add a package', () => {
  let local: Local;
  beforeAll(async () => {
    if (authority !== 'null') vi.stubEnv('NODE_EXTRA_CA_CERTS', authority);
    local = await openLocal({
      files: {
        '.github/parallel.yml': 'integrate: approved\nsetup: npm ci --ignore-scripts --no-audit --no-fund\n',
        ...begins,
      },
      operator: { setup_egress: [`${hostname}:${port === '' ? 443 : port}`] },
      script: {
        Number: { seconds: 0, write: { 'src/number.md': 'number\n', ...withLock('is-number', 'left-pad') } },
        Object: { seconds: 0, write: { 'src/object.md': 'object\n' } },
        Odd: { seconds: 0, write: { 'src/odd.md': 'odd\n' } },
        Both: {
          seconds: 0,
          write: { 'src/both.md': 'both\n', ...withLock('is-number', 'is-odd', 'is-plain-obj', 'left-pad') },
        },
      },
    });
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await local.close();
  });

  it('begins with both, in one lock file that npm takes, and goes into the integration beside a third', async () => {
    const maintainer = local.world.as('maintainer');
    const writer = local.world.as('writer');
    const { plan, items } = await filePlan(
      local.world,
      [
        { title: 'Number', body: addsPackages(itemBody('src/number.md')) },
        { title: 'Object', body: itemBody('src/object.md') },
        { title: 'Odd', body: itemBody('src/odd.md') },
      ],
      { body: '### Goal\nA better shop.' },
    );
    const [number = 0, object = 0, odd = 0] = items;
    await local.plan(plan, allReady(3));
    await maintainer.comment(plan, '/parallel start');
    const all = (name: string) => (found: Plan) => found.items.every((item) => item.state.name === name);
    const proposed = await local.plan(plan, all('proposed'));
    // A writer adds what the scope of the two did not foresee, and stands by it.
    for (const [item, name] of [
      [object, 'is-obj'],
      [odd, 'is-odd'],
    ] as const) {
      const branch = proposed.items.find((one) => one.issue === item)?.branch ?? '';
      await writer.push(branch, withLock(name, 'left-pad'));
      await local.plan(plan, (found) => found.items.some((one) => one.state.name === 'held'));
      await writer.comment(item, '/parallel unhold');
      await local.plan(plan, all('proposed'));
    }
    // What the app will settle by itself is on the panel, and nobody is asked to give way.
    await eventually(async () => {
      const text = await local.comment(plan);
      return text?.includes('3 pairs: ✓ all merge, ≈ 3 by rule') === true ? true : undefined;
    }, 'the forecast of what is settled by rule');
    for (const { state } of proposed.items)
      expect(await ourComments(local.world, 'pull' in state ? (state.pull ?? 0) : 0)).toEqual([]);

    const { number: both } = await maintainer.createIssue({
      title: 'Both',
      body: addsPackages(
        itemBody('src/both.md', { dependsOn: [number, odd], command: 'npm ls is-number is-odd is-plain-obj' }),
      ),
    });
    await maintainer.addSubIssue(plan, both);
    await maintainer.label(both, 'parallel');
    await local.plan(plan, (found) => found.items.length === 4);
    await maintainer.comment(both, '/parallel start');
    const { items: built } = await local.plan(plan, all('proposed'), 90);
    const last = built[3]?.state;
    if (last?.name !== 'proposed') throw new Error('not proposed');
    expect(Object.keys(last.work.on ?? {}).map(Number)).toEqual([number, odd]);

    for (const { state } of built) if ('pull' in state) await writer.review(state.pull ?? 0, 'APPROVE');
    const done = await local.plan(
      plan,
      (found) => found.state.name === 'proposed' && found.integration?.members.length === 4,
      90,
    );
    await local.quiet();
    expect(done.items.map(({ state }) => state.name)).toEqual(['merged', 'merged', 'merged', 'merged']);
    const { git } = local.world.repo();
    const text = async (...args: string[]): Promise<string> => (await git.text(args)).trim();
    // The first merge of the chain is the very commit that the last one began from.
    expect(await text('rev-parse', `${done.branch}~3`)).toBe(await text('rev-parse', `${last.work.base}^1`));
    const manifest = await text('show', `${done.branch}:package.json`);
    expect(Object.keys(JSON.parse(manifest).dependencies)).toEqual([
      'is-number',
      'is-obj',
      'is-odd',
      'is-plain-obj',
      'left-pad',
    ]);
    const lock = await text('show', `${done.branch}:package-lock.json`);
    expect(() =>
      npm(['ci', '--ignore-scripts'], { 'package.json': manifest, 'package-lock.json': lock }),
    ).not.toThrow();
  });

  it('fails with the names of those that do not go together where only a person can tell, and begins once that is mended', async () => {
    const maintainer = local.world.as('maintainer');
    const writer = local.world.as('writer');
    const { plan, items } = await filePlan(
      local.world,
      ['left', 'right'].map((name) => ({ title: name, body: itemBody(`src/${name}.md`) })),
      { title: 'Sides', body: '### Goal\nA better shop.' },
    );
    const [left = 0, right = 0] = items;
    await local.plan(plan, allReady(2));
    await maintainer.comment(plan, '/parallel start');
    const all = (found: Plan) => found.items.every((item) => item.state.name === 'proposed');
    const branches = (await local.plan(plan, all)).items.map(({ branch }) => branch);
    for (const [at, text] of ['one\n', 'two\n'].entries()) {
      await writer.push(branches[at] ?? '', { 'src/shared file.md': text });
      await local.plan(plan, (found) => found.items[at]?.state.name === 'held');
      await writer.comment(items[at] ?? 0, '/parallel unhold');
      await local.plan(plan, all);
    }
    const { number } = await maintainer.createIssue({
      title: 'middle',
      body: itemBody('src/middle.md', { dependsOn: items }),
    });
    await maintainer.addSubIssue(plan, number);
    await maintainer.label(number, 'parallel');
    await local.plan(plan, (found) => found.items.length === 3);
    await maintainer.comment(number, '/parallel start');
    const { items: now } = await local.plan(plan, (found) => found.items[2]?.state.name === 'failed');
    expect(now[2]?.state).toMatchObject({
      attempt: 1,
      failure: { kind: 'dependency-conflict', with: [left, right], files: ['src/shared file.md'] },
    });
    const says = `#${left} and #${right}, which it depends on, do not merge with each other in \`src/shared file.md\``;
    const comment = await eventually(async () => {
      const text = await local.comment(number);
      return text?.includes(says) === true ? text : undefined;
    }, says);
    expect(comment).toContain('then `/parallel retry` here starts this one');

    const head = await writer.push(branches[1] ?? '', { 'src/shared file.md': 'one\n' });
    await local.plan(
      plan,
      ({ items: [, other] }) => other?.state.name === 'proposed' && other.state.work.head === head,
    );
    await maintainer.comment(number, '/parallel retry');
    await local.plan(plan, all);
  });
});
