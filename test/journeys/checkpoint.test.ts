import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { attemptName } from '#core/words/names.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
let model: ModelServer | undefined;
afterEach(async () => {
  await local.close();
  await model?.close();
  model = undefined;
});

/**
 * An agent that has written the first half when its first start ends as it is told to, and that writes in its second
 * start what it found there and whether it was told of it. A file outside its scope it takes away when it is told to.
 */
const halves = (ending: string) => ({
  kind: 'command',
  command: [
    'sh',
    '-c',
    `f=$(tr -d '\\n' < "$FORKJOIN_TASK" | sed 's/.*"scope": *\\[ *"\\([^"]*\\)".*/\\1/'); cat > "$HOME/prompt"
    mkdir -p "$(dirname "$f")"
    if grep -q '"attempt": 1,' "$FORKJOIN_TASK"; then echo 'I write the first half.'; echo first > "$f"; echo x > stray.md; ${ending}; fi
    grep -q '^- .stray.md.: ' "$HOME/prompt" && rm stray.md
    found=$(cat "$f" 2>/dev/null || echo nothing); told=$(grep -c '^## Hand-over' "$HOME/prompt")
    said=$(grep -c '^| I write the first half' "$HOME/prompt")
    echo "found $found, told $told, quoted $said" > "$f"`,
  ],
});

const stateOf = (plan: Plan, issue: number) => plan.items.find((item) => item.issue === issue)?.state;
const checkpointOf = (plan: Plan, issue: number): string | undefined => {
  const state = stateOf(plan, issue);
  return state?.name === 'running' ? state.checkpoint : undefined;
};

it('goes on from what an agent had when it was cut off, and begins anew when a person cancelled it', async () => {
  local = await openLocal({
    files: { '.gitignore': 'go\n' },
    operator: {
      default_agent: 'gives-up',
      slots: 4,
      agents: {
        'gives-up': halves('while [ ! -e go ]; do sleep 0.1; done; exit 7'),
        'cut-off': halves('sleep 600'),
        unwanted: halves('sleep 600'),
        meddles: halves('mkdir .codex; echo x > .codex/config.toml; sleep 600'),
      },
      limits: { checkpoint: 0.01, attempts: 4 },
    },
  });
  const of = (name: string) => ({ extra: `### Agent\nagent: ${name}` });
  const { plan, items } = await filePlan(local.world, [
    { title: 'Gives up', body: itemBody('docs/a.md', of('gives-up')) },
    { title: 'Cut off', body: itemBody('docs/b.md', of('cut-off')) },
    { title: 'Unwanted', body: itemBody('docs/c.md', of('unwanted')) },
    { title: 'Meddles', body: itemBody('docs/d.md', of('meddles')) },
  ]);
  const [givesUp = 0, cutOff = 0, unwanted = 0, meddles = 0] = items;
  await local.plan(plan, allReady(4));
  const maintainer = local.world.as('maintainer');
  await maintainer.comment(plan, '/parallel start');

  const working = await local.plan(plan, (found) =>
    [givesUp, cutOff, unwanted, meddles].every((issue) => checkpointOf(found, issue) !== undefined),
  );
  expect(stateOf(working, cutOff)).toHaveProperty('doing', { what: 'message', text: 'I write the first half.' });
  const worktrees = join(local.folder, 'home', 'worktrees', String(local.world.repository.id));
  await writeFile(join(worktrees, attemptName(working.id, givesUp, 1), 'go'), '');
  await local.plan(plan, (found) => (found.items.find((item) => item.issue === givesUp)?.attempts ?? 0) > 1);
  await maintainer.comment(unwanted, '/parallel cancel');
  await local.plan(plan, (found) => stateOf(found, unwanted)?.name === 'cancelled');
  // A worker that is stopped gives its attempts back; the next one finds what they had.
  await local.running().close(100);
  await local.open();
  await maintainer.comment(unwanted, '/parallel retry');

  await local.plan(plan, (found) => found.state.name === 'proposed', 90);
  await local.quiet();
  const clone = join(local.folder, 'home', 'mirrors', `${local.world.repository.id}.git`);
  const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' });
  const found = (path: string) => git('show', `refs/remotes/origin/integration/${plan}-a-better-shop:docs/${path}.md`);
  expect({ a: found('a'), b: found('b'), c: found('c'), d: found('d') }).toEqual({
    a: 'found first, told 1, quoted 1\n',
    b: 'found first, told 1, quoted 1\n',
    c: 'found nothing, told 0, quoted 0\n',
    // What it left holds settings for agents: nobody goes on from it.
    d: 'found nothing, told 0, quoted 0\n',
  });
  // Kept on this machine only, and only as long as somebody could go on from it.
  expect(git('for-each-ref', 'refs/forkjoin')).toBe('');
  expect(local.writes().filter((write) => write.includes('checkpoint'))).toEqual([]);

  // What a worker left that died is found by the next start: when a plan is over, nobody goes on from anything of it.
  const sessions = join(local.folder, 'home', 'sessions', String(local.world.repository.id));
  const conversations = [`${plan}-${cutOff}`, `9999-${cutOff}`];
  for (const name of conversations) await mkdir(join(sessions, name, 'agent'), { recursive: true });
  for (const id of [`${working.id}/${cutOff}`, '1-9999/3'])
    git('update-ref', `refs/forkjoin/checkpoints/${id}`, `refs/remotes/origin/integration/${plan}-a-better-shop`);
  git('update-ref', 'refs/forkjoin/other', `refs/remotes/origin/integration/${plan}-a-better-shop`);
  await maintainer.comment(plan, '/parallel cancel');
  await local.plan(plan, ({ state }) => state.name === 'cancelled');
  expect(readdirSync(sessions).toSorted()).toEqual(conversations.toSorted());
  await local.running().close(100);
  await local.open();
  await eventually(async () => readdirSync(sessions).length === 1 || undefined, 'conversations to be forgotten');
  expect(readdirSync(sessions)).toEqual([`9999-${cutOff}`]);
  expect(git('for-each-ref', '--format=%(refname)', 'refs/forkjoin').trim()).toBe('refs/forkjoin/other');
});

it('lets Codex go on with its own conversation after its worker was stopped', async () => {
  const heard: string[] = [];
  let goneOn = 0;
  model = await startModelServer({
    script: async ({ text, turn, tools, folder }) => {
      if (tools.length === 0) return { text: 'x' };
      heard.push(text);
      const write = (content: string) => ({
        tools: [{ name: 'Write', input: { file_path: `${folder}/docs/a.md`, content } }],
      });
      if (turn === 0) return write('first half\n');
      if (!text.includes('Go on with issue #1')) await new Promise(() => {});
      goneOn += 1;
      return goneOn > 1 ? { text: 'Both halves are there.' } : write('both halves\n');
    },
  });
  local = await openLocal({
    operator: {
      default_agent: 'codex',
      agents: { codex: { kind: 'codex', model: 'gpt-5' } },
      limits: { checkpoint: 0.01 },
    },
    variables: { OPENAI_API_KEY: 'sk-the-operators-key', OPENAI_BASE_URL: `${model.url}/v1` },
  });
  const { number } = await local.world
    .as('maintainer')
    .createIssue({ title: 'Two halves', body: itemBody('docs/a.md') });
  await local.world.as('maintainer').label(number, 'parallel');
  await local.plan(number, allReady(1));
  await local.world.as('maintainer').comment(number, '/parallel start');
  await local.plan(number, (found) => checkpointOf(found, number) !== undefined);
  await local.running().close(100);
  await local.open();
  const done = await local.plan(number, (found) => found.state.name === 'proposed', 90);
  await local.quiet();
  expect(done.items[0]?.state).toMatchObject({
    work: { attempt: 2, summary: 'Both halves are there.', session: expect.any(String) },
  });
  // It was not told everything again: what it heard first is what it heard in its first start.
  const last = heard.at(-1) ?? '';
  expect(last.match(/You implement issue #/g)).toHaveLength(1);
  expect(last).not.toContain('## Hand-over');
});
