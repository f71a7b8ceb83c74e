import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { CLI } from '../faults/app-process.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { type Script, writesFiles } from '../model-server/turn.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

const KEY = 'sk-ant-the-operators-own-key';
/** Seconds; a panel of a running plan may be ten seconds old, and a busy machine takes some more. */
const PAUSE = 30;

let local: Local;
let model: ModelServer;
afterEach(async () => {
  await local.close();
  await model.close();
});

type Costs = {
  readonly groups: readonly {
    readonly plan: string;
    readonly item: number;
    readonly model: string;
    readonly dollars: number;
  }[];
  readonly total: { readonly requests: number; readonly dollars: number; readonly tokens: unknown };
};

/** Answers of `forkjoin costs` from the app's own database, in a process of its own. */
const costs = async (...words: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'costs', ...words], {
    env: local.environment(),
    cwd: local.folder,
  });
  return stdout;
};

type Filed = { readonly plan: number; readonly item: number };

const file = async (title: string, path: string, extra = ''): Promise<Filed> => {
  const { plan, items } = await filePlan(local.world, [{ title, body: itemBody(path, { extra }) }], { title });
  await local.plan(plan, allReady(1));
  return { plan, item: items[0] ?? 0 };
};

const start = ({ plan }: Filed): Promise<unknown> => local.world.as('maintainer').comment(plan, '/parallel start');

const begin = async (...what: Parameters<typeof file>): Promise<Filed> => {
  const filed = await file(...what);
  await start(filed);
  return filed;
};

describe('money', () => {
  it('pauses everybody when the provider says 429, ends what passes its budget within one request, and is told to the token', async () => {
    const writes = writesFiles({ 2: { 'src/a.md': 'A.\n' }, 4: { 'src/b.md': 'B.\n' } });
    let refused = 0;
    const script: Script = (conversation) => {
      if (refused === 0) {
        refused = Date.now();
        return { status: 429, headers: { 'retry-after': String(PAUSE) } };
      }
      if ((conversation.issue ?? 0) > 4) return { text: 'and so on '.repeat(40), endless: true };
      return writes(conversation);
    };
    model = await startModelServer({ script });
    local = await openLocal({
      operator: {
        default_agent: 'claude',
        agents: { claude: { kind: 'claude-code', model: 'claude-sonnet-4-5' } },
        limits: { day_budget: 0.16, write_interval: 0 },
      },
      variables: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: model.url },
    });

    const [first, second] = [await file('First', 'src/a.md'), await file('Second', 'src/b.md')];
    await start(first);
    await eventually(async () => (refused > 0 ? true : undefined), 'the provider to refuse');
    await start(second);
    const asks = /model provider \(anthropic\) asks for a pause \(429\): no agent starts .* until \d{4}-/;
    await eventually(async () => (asks.test((await local.comment(second.plan)) ?? '') ? true : undefined), 'its panel');
    expect(await local.comment(first.plan)).toMatch(asks);
    const gauges = await (await fetch(`${local.running().url}/metrics`)).text();
    expect(gauges).toMatch(/^forkjoin_paused_seconds\{provider="anthropic"\} \d/m);
    expect(Date.now() - refused).toBeLessThan(PAUSE * 1_000);
    expect(model.requests).toHaveLength(1);
    const waits = await local.plan(second.plan, () => true);
    expect(waits.items[0]?.state.name).toBe('queued');

    const settled = await local.plan(first.plan, (plan) => plan.state.name === 'proposed', 60);
    await local.plan(second.plan, (plan) => plan.state.name === 'proposed', 60);
    expect(Math.min(...model.requests.slice(1).map(({ at }) => at)) - refused).toBeGreaterThanOrEqual(
      PAUSE * 1_000 - 20,
    );
    const told = JSON.parse(await costs('--json')) as Costs;
    expect(told.total.tokens).toEqual(model.tokens);
    expect(told.groups.map(({ plan, item }) => `${plan} ${item}`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/shop#1 2$/), expect.stringMatching(/shop#3 4$/)]),
    );
    expect(settled.items[0]?.cost).toBeCloseTo(
      told.groups.filter(({ item }) => item === 2).reduce((sum, { dollars }) => sum + dollars, 0),
      9,
    );

    const before = model.requests.length;
    const third = await begin('Third', 'src/c.md', '### Agent\nbudget: 0.05');
    const ended = await local.plan(third.plan, (plan) => plan.items[0]?.state.name === 'failed', 60);
    const [item] = ended.items;
    expect(item?.state).toMatchObject({
      failure: { kind: 'budget', spent: { of: 'item', dollars: 0.05 } },
      attempt: 1,
    });
    expect(item?.cost).toBeGreaterThan(0.05);
    expect(item?.cost).toBeLessThan(0.06);
    expect(model.requests.slice(before).filter(({ conversation }) => conversation?.issue === third.item)).toHaveLength(
      1,
    );
    const says = /\| failed \|.* \$0\.05\d? \| the budget of \$0\.05 of the item is spent/;
    await eventually(async () => (says.test((await local.comment(third.plan)) ?? '') ? true : undefined), 'its end');

    const fourth = await begin('Fourth', 'src/d.md');
    const spent = await local.plan(fourth.plan, (plan) => plan.items[0]?.state.name === 'failed', 60);
    expect(spent.items[0]?.state).toMatchObject({ failure: { spent: { of: 'day', dollars: 0.16 } } });
    const fifth = await begin('Fifth', 'src/e.md');
    const closes = /budget of \$0\.16 for the day is spent: no agent starts .* until \d{4}-\d\d-\d\d 00:00:00 UTC/;
    await eventually(
      async () => (closes.test((await local.comment(fifth.plan)) ?? '') ? true : undefined),
      'its panel',
    );
    expect((await local.plan(fifth.plan, () => true)).items[0]?.state.name).toBe('queued');

    const rows = (await costs('--csv', '--by', 'item,model')).trim().split('\r\n');
    expect(rows[0]).toBe('item,model,requests,input,output,cache_read,cache_write,dollars,unpriced,estimated');
    expect(rows.map((row) => row.split(',')[0])).toEqual(
      expect.arrayContaining([first, second, third, fourth].map(({ item: issue }) => String(issue))),
    );
    expect(await local.log()).not.toContain(KEY);
  });
});
