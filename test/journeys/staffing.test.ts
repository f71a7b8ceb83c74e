import { afterEach, describe, expect, it } from 'vitest';
import { eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

const ROLES = {
  'roles/backend.md':
    '---\nname: backend\ndescription: builds APIs\nmodel: a-model\n---\nKeep functions small, and name them well.\n',
  'roles/broken.md': '---\nname: two words\n---\nNever seen.\n',
  'docs/style.md': 'Two spaces, no tabs.\n',
  'AGENTS.md': 'Run the tests.\n',
  '.github/parallel.yml': 'integrate: verified\nroles_dir: roles\nstyle_guide: docs/style.md\n',
};

/** An agent that works only when its prompt says all of this. */
const TOLD = [
  'Your role is backend: builds APIs',
  '| Keep functions small, and name them well.',
  'Conventions of the repository stand in `AGENTS.md`',
  'Its style guide, `docs/style.md`:',
  '| Two spaces, no tabs.',
];
const READS = `cat > /tmp/prompt; ${TOLD.map((line) => `grep -qF '${line}' /tmp/prompt || exit 7`).join('; ')}; mkdir -p src; echo good > src/good.md`;

const item = (title: string, agent: string) => ({
  title,
  body: itemBody(`src/${title}.md`, { extra: `### Agent\n${agent}` }),
});

describe('who works on an item', () => {
  it('is named before anything starts when an agent or a role is not there; when it is, its agent is told all', async () => {
    local = await openLocal({
      files: ROLES,
      operator: {
        default_agent: 'script',
        agents: {
          missing: { kind: 'command', command: ['no-such-program-anywhere'] },
          keyless: { kind: 'claude-code' },
          script: { kind: 'command', command: ['sh', '-c', READS] },
        },
      },
    });
    const filed = await filePlan(local.world, [
      item('nobody', 'agent: nobody'),
      item('program', 'agent: missing'),
      item('key', 'agent: keyless'),
      item('ghost', 'role: ghost'),
      item('good', 'role: backend'),
    ]);
    await local.plan(filed.plan, (plan) => plan.items.length === 5);
    await local.quiet();
    await local.world.as('maintainer').comment(filed.plan, '/parallel start');
    const panel = await eventually(async () => {
      const text = await local.comment(filed.plan);
      return text?.includes('Not started') === true ? text : undefined;
    }, 'the refusal');
    for (const said of [
      'there is no agent "nobody" here; on offer: script, missing, keyless',
      'no-such-program-anywhere',
      'ANTHROPIC_API_KEY',
      'there is no role `ghost` in `roles`; known: `backend`',
      'roles/broken.md:2: name is "two words"',
    ])
      expect(panel.replaceAll('\\', '')).toContain(said);
    expect((await local.comment(filed.items[3] ?? 0))?.replaceAll('\\', '')).toContain('there is no role `ghost`');
    expect(local.writes().filter((write) => write.startsWith('PUSH'))).toEqual([]);

    for (const issue of filed.items.slice(0, 4)) await local.world.as('maintainer').unlabel(issue, 'parallel');
    await local.plan(filed.plan, (plan) => plan.items.length === 1);
    await local.world.as('maintainer').comment(filed.plan, '/parallel start');
    const plan = await local.plan(filed.plan, (found) => found.state.name === 'proposed');
    const [good] = plan.items;
    if (good === undefined || !('work' in good.state)) throw new Error(JSON.stringify(plan.items));
    const shown = (await local.comment(good.issue)) ?? '';
    expect(shown).toContain('| Keep functions small, and name them well.');
    const pull = await local.world.as('maintainer').pull('pull' in good.state ? (good.state.pull ?? 0) : 0);
    expect(String(pull['body'])).toContain(`prompt \`${good.state.work.prompt.slice(0, 10)}\``);
  });
});
