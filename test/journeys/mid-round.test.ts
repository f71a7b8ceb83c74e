import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

const NAMES = ['held', 'aimed', 'closed', 'pushed', 'left'];

describe('members that change while they are verified', () => {
  let local: Local;
  beforeAll(async () => {
    const script = (name: string) =>
      [`Add ${name}`, { seconds: 0, write: { [`src/${name}.md`]: `${name}\n` } }] as const;
    local = await openLocal({
      files: { '.github/parallel.yml': 'integrate: verified\n' },
      operator: { sandbox: 'none', slots: 5 },
      script: Object.fromEntries(NAMES.map(script)),
    });
  });
  afterAll(() => local.close());

  it('are not pushed by the round that is under way, and the others are, at once', async () => {
    const { folder, world } = local;
    const [under, go] = [join(folder, 'under'), join(folder, 'go')];
    const command = `test -e src/left.md || exit 0; touch ${under}; while test ! -e ${go}; do sleep 0.05; done`;
    const { plan } = await filePlan(
      world,
      NAMES.map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
      { body: `### Goal\nA better shop.\n\n### Verification\n\`\`\`sh\n${command}\n\`\`\`` },
    );
    const [maintainer, writer] = [world.as('maintainer'), world.as('writer')];
    await local.plan(plan, allReady(5));
    await maintainer.comment(plan, '/parallel start');
    const { items } = await local.plan(plan, ({ state }) => state.name === 'integrating');
    await eventually(async () => (existsSync(under) ? true : undefined), 'the verification of all', 60);
    const [held = 0, aimed = 0, closed = 0] = items.map(({ state }) => ('pull' in state ? (state.pull ?? 0) : 0));
    await maintainer.comment(held, '/parallel hold');
    await maintainer.request('PATCH', `/pulls/${aimed}`, { base: 'main' });
    await maintainer.request('PATCH', `/pulls/${closed}`, { state: 'closed' });
    // Two pushes on each other's heels: the last is what counts.
    await writer.push(items[3]?.branch ?? '', { 'src/pushed.md': 'once\n' });
    const head = await writer.push(items[3]?.branch ?? '', { 'src/pushed.md': 'twice\n' });
    const states = (found: Plan): readonly string[] => found.items.map(({ state }) => state.name);
    await local.plan(plan, (found) => {
      const [, , , fourth] = found.items;
      const isHeard = fourth !== undefined && 'work' in fourth.state && fourth.state.work.head === head;
      return isHeard && states(found).slice(0, 3).join() === 'held,held,cancelled';
    });
    await maintainer.push('main', { 'README.md': '# Another shop\n' });
    const merges = (): number =>
      world.writes.filter(({ branches }) => branches?.[0]?.startsWith('integration/')).length;
    const before = merges();
    await writeFile(go, '');
    const done = await local.plan(
      plan,
      (found) => found.state.name === 'proposed' && states(found).join() === 'held,held,cancelled,merged,merged',
    );
    await local.quiet();

    expect(done.items[0]?.state).toMatchObject({ why: { kind: 'person' } });
    expect(done.items[1]?.state).toMatchObject({ why: { kind: 'retargeted', to: 'main' } });
    expect(done.items[3]?.state).toMatchObject({ work: { head } });
    // Two rounds: without those who left, and with the new head.
    expect(merges() - before).toBe(2);
    const files = await world.repo().git.text(['ls-tree', '-r', '--name-only', done.branch, 'src/']);
    expect(files.trim().split('\n')).toEqual(['src/left.md', 'src/pushed.md']);
    // What nobody let in is not merged on GitHub either: that could not be taken back.
    for (const pull of [held, aimed])
      expect(await maintainer.pull(pull)).toMatchObject({ state: 'open', merged: false });
    expect(await maintainer.pull(closed)).toMatchObject({ state: 'closed', merged: false });
  });
});
