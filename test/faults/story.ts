import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { filePlan, itemBody, type Local, type LocalOptions, openLocal, type Script } from '../journeys/local.ts';
import { type AppProcess, openApp, type Verb } from './app-process.ts';
import { says } from './outside.ts';

/** A world whose apps are processes of their own; all of them are gone, and told in a failure, when the test ends. */
export type Story = Local & {
  /** What agents that start from now on do. */
  readonly script: (script: Record<string, Script>) => Promise<void>;
  readonly start: (verb?: Verb, more?: Parameters<Local['environment']>[0]) => Promise<AppProcess>;
};

/** For a file of tests: `tell` opens a story, which ends with its test. */
export const storyteller = () => {
  const apps: AppProcess[] = [];
  const locals: Local[] = [];
  afterEach(async ({ task }) => {
    const failed = task.result?.state === 'fail';
    for (const app of apps.splice(0)) {
      await app.kill();
      if (failed) console.error(`--- ${app.process.spawnargs.at(-1)} ${app.process.pid}\n${app.tail()}`);
    }
    for (const local of locals.splice(0)) await local.close();
  });
  return async (options: Omit<LocalOptions, 'app'> = {}): Promise<Story> => {
    const local = await openLocal({ ...options, app: false });
    locals.push(local);
    return {
      ...local,
      script: (script) => writeFile(join(local.folder, 'tools', 'table.json'), JSON.stringify(script)),
      start: async (verb = 'serve', more = {}) => {
        const app = await openApp(local, verb, more);
        apps.push(app);
        return app;
      },
    };
  };
};

const FILES = ['a', 'b', 'c', 'd'];

/** Three items and one that needs them. */
export const THREE_AND_ONE = FILES.map((name) => ({
  title: name === 'd' ? 'Join them' : `Add ${name}`,
  body:
    name === 'd'
      ? itemBody('src/d.md', { command: 'cat src/a.md src/b.md src/c.md src/d.md', dependsOn: [2, 3, 4] })
      : itemBody(`src/${name}.md`),
}));

/** Agents that take a while, so that there is a middle of the work. */
export const unhurried = (seconds: number): Record<string, Script> =>
  Object.fromEntries(
    FILES.map((name, at) => [`#${at + 2}`, { write: { [`src/${name}.md`]: `# ${name}\n` }, seconds }]),
  );

/** A plan that is filed, ready and started by command. */
export const startPlan = async (
  { world }: Local,
  items: Parameters<typeof filePlan>[1] = THREE_AND_ONE,
): Promise<{ readonly plan: number; readonly items: readonly number[]; readonly command: number }> => {
  const filed = await filePlan(world, items);
  for (const item of filed.items) await says(world, item, 'ready');
  const command = await world.as('maintainer').comment(filed.plan, '/parallel start');
  return { ...filed, command };
};
