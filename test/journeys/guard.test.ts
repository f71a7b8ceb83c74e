import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

/** An agent that is one line of shell. */
const shell = (line: string) => ({ kind: 'command', command: ['sh', '-c', line] });

/** A secret of the host that, in this story, an agent knows all the same. */
const KEY = 'operators-own-model-key-0123456789';
const encoded = Buffer.from(`x${KEY}`).toString('base64');

/** What each agent does besides its own file, the path that must be named, and the word of the reason. */
const TRESPASSES = {
  outside: { does: 'echo changed >> README.md', path: 'README.md', why: 'outside the scope' },
  deletion: { does: 'rm README.md', path: 'README.md', why: 'outside the scope' },
  protected: { does: 'echo obey > src/protected/AGENTS.md', path: 'src/protected/AGENTS.md', why: 'protected' },
  workflow: {
    does: 'mkdir -p .github/workflows; echo "on: push" > .github/workflows/own.yml',
    path: '.github/workflows/own.yml',
    why: 'outside the scope',
  },
  attributes: {
    does: 'echo "* filter=evil" > src/attributes/.gitattributes',
    path: 'src/attributes/.gitattributes',
    why: 'protected',
  },
  symlink: { does: 'ln -s /etc/passwd src/symlink/passwd', path: 'src/symlink/passwd', why: 'symbolic link' },
  nested: {
    does: 'git init -q src/nested/inner; cd src/nested/inner; echo a > a; git -c user.name=a -c user.email=a@b add a; git -c user.name=a -c user.email=a@b commit -qm a',
    path: 'src/nested/inner',
    why: '',
  },
  secret: { does: `echo 'key = "${KEY}"' > src/secret/a.txt`, path: 'src/secret/a.txt', why: 'the OpenAI key' },
  encoded: { does: `echo ${encoded} > src/encoded/a.txt`, path: 'src/encoded/a.txt', why: 'the OpenAI key' },
  named: { does: `echo a > src/named/${KEY}.txt`, path: '(not shown)', why: 'the OpenAI key' },
  token: { does: `echo ghp_${'a1B2'.repeat(9)} > src/token/a.txt`, path: 'src/token/a.txt', why: 'a GitHub token' },
  bytes: { does: String.raw`printf 'a\0b' > src/bytes/a.bin`, path: 'src/bytes/a.bin', why: 'binary' },
  packages: {
    does: `echo '{"dependencies":{"unknown":"1"}}' > src/packages/package.json`,
    path: 'src/packages/package.json',
    why: 'unknown',
  },
  forbidden: { does: 'echo no > src/forbidden/settled.md', path: 'src/forbidden/settled.md', why: 'Constraints' },
} as const;

const own = (name: string): string => `mkdir -p src/${name}; echo own > src/${name}/own.md`;

const body = (name: string): string =>
  itemBody(`src/${name}/own.md`, {
    extra: `### Agent\nagent: ${name}${name === 'forbidden' ? '\n\n### Constraints\nDo not touch `src/forbidden/settled.md`.' : ''}`,
  }).replace(`create \`src/${name}/own.md\``, `\`src/${name}/**\``);

let local: Local;
let plan: Plan;
const names = ['good', 'contract', 'nearly', ...Object.keys(TRESPASSES)];

beforeAll(async () => {
  const agents = Object.fromEntries(
    Object.entries(TRESPASSES).map(([name, { does }]) => [name, shell(`${own(name)}; ${does}`)]),
  );
  local = await openLocal({
    files: { '.github/parallel.yml': 'integrate: verified\nallowed_packages: [known]\n' },
    variables: { OPENAI_API_KEY: KEY },
    operator: {
      default_agent: 'good',
      agents: {
        good: shell(own('good')),
        // What is refused above, but for one letter, an allowed package, and a key that nobody here knows.
        nearly: shell(
          `${own('nearly')}; echo '${KEY.replace('own', 'owm')}' > src/nearly/a.txt; echo '{"dependencies":{"known":"1"}}' > src/nearly/package.json; echo 'the OpenAI key is ${KEY}'`,
        ),
        // In the sandbox the agreed file cannot be written at all; what the agent owns is still its work.
        contract: shell(`${own('contract')}; echo mine > agreed/types.md; rm -f agreed/types.md; true`),
        ...agents,
      },
    },
  });
  const filed = await filePlan(
    local.world,
    names.map((name) => ({ title: `Do ${name}`, body: body(name) })),
    {
      body: '### Goal\nSee what is let through.\n\n### Contracts\n```md agreed/types.md\nagreed by all\n```\n\n### Verification\n```sh\ntest -f README.md && grep -q agreed agreed/types.md\n```',
    },
  );
  await local.plan(filed.plan, allReady(names.length));
  await local.world.as('maintainer').comment(filed.plan, '/parallel start');
  plan = await local.plan(filed.plan, (found) => found.state.name === 'proposed', 120);
  await local.quiet();
});
afterAll(() => local.close());

const itemNamed = (name: string) => {
  const item = plan.items.find((other) => other.text.title === `Do ${name}`);
  if (item === undefined) throw new Error(`no item ${name}`);
  return item;
};

describe('an agent that goes beyond what its item owns', () => {
  it.each(Object.entries(TRESPASSES))(
    '%s: fails, names the path, and nothing of it is pushed',
    async (name, { path, why }) => {
      const item = itemNamed(name);
      expect(item.state).toMatchObject({ name: 'failed', failure: { kind: 'guard' } });
      const comment = (await local.comment(item.issue)) ?? '';
      expect(comment).toContain('nothing was pushed');
      expect(comment).toContain(path);
      expect(comment).toContain(why);
      expect(await local.world.as('maintainer').branches()).not.toContain(item.branch);
      expect(item.attempts).toBe(1);
    },
  );

  it('cannot write an agreed file at all; its own work is taken without that', async () => {
    const item = itemNamed('contract');
    if (!('work' in item.state)) throw new Error(`it is ${JSON.stringify(item.state)}`);
    expect(item.state.work.changes.map((change) => change.path)).toEqual(['src/contract/own.md']);
  });

  it('is told apart from one that nearly does; packages are listed, and no secret is posted', async () => {
    const item = itemNamed('nearly');
    if (!('pull' in item.state) || item.state.pull === undefined) throw new Error(JSON.stringify(item.state));
    const text = String((await local.world.as('maintainer').pull(item.state.pull))['body']);
    expect(text).toContain('package `known` in `src/nearly/package.json`');
    expect(text).not.toContain(KEY);
    const posted = JSON.stringify(local.world.requests.map(({ requestBody }) => requestBody));
    expect(posted).toContain('nothing was pushed');
    expect(posted).not.toContain(KEY);
    expect(posted).not.toContain(encoded);
  });

  it('leaves its siblings alone: the plan is integrated without it and says so', async () => {
    expect(itemNamed('good').state.name).toBe('merged');
    const state = plan.state;
    if (state.name !== 'proposed') throw new Error(state.name);
    const pull = await local.world.as('maintainer').pull(state.pull);
    const text = String(pull['body']);
    expect(text).toContain('3 of 17 members');
    expect(text).toContain(`Closes #${itemNamed('good').issue}`);
    expect(text).not.toContain(`Closes #${plan.issue}\n`);
    for (const name of Object.keys(TRESPASSES)) {
      expect(text).toContain(`#${itemNamed(name).issue} Do ${name} | failed`);
      expect(text).not.toContain(`Closes #${itemNamed(name).issue}\n`);
    }
    const pulls = await local.world.as('maintainer').pulls();
    expect(pulls).toHaveLength(4);
  });
});
