import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';
import { type Script, writesFiles } from '../../model-server/turn.ts';
import { finish, world } from './world.ts';

const KEY = 'sk-operator-0123456789';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Codex itself, installed with the project, against a model that follows a script. */
async function codex(
  script: Script,
  sandbox: 'bubblewrap' | 'none' = 'bubblewrap',
): Promise<Awaited<ReturnType<typeof world>> & { model: ModelServer }> {
  const model = await startModelServer({ script });
  const made = await world({
    sandbox,
    default: 'codex',
    agents: { codex: { kind: 'codex', model: 'gpt-5' } },
    models: { openai: { url: `${model.url}/v1`, key: KEY } },
  });
  closing.push(model.close, made.remove);
  return { ...made, model };
}

const never = new AbortController().signal;

describe.each(['bubblewrap', 'none'] as const)('Codex under %s', (sandbox) => {
  test('completes an item: files, summary, progress and session', async () => {
    const { agents, task, worktree, model } = await codex(
      writesFiles({ 3: { 'src/a.ts': 'export const a = 1;\n' } }),
      sandbox,
    );
    expect(await agents.problems('codex')).toEqual([]);
    const { progress, outcomes } = await finish(agents.start(task({ agent: 'codex' }), never));
    expect(outcomes).toEqual([
      expect.objectContaining({
        kind: 'done',
        summary: 'Implemented issue #3: wrote src/a.ts.',
        session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
    expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(progress.join('\n')).toContain('mkdir -p');
    expect(model.tokens).toMatchObject({ input: 2_000, output: 200 });
    expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
    expect(readdirSync(worktree.path).toSorted()).toEqual(['README.md', 'src']);
  });
});
