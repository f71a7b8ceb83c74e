/**
 * The local world in a process of its own, so that the app can be killed without it:
 *   node demo/world/main.ts [--port N] [--webhook-url URL] [--webhook-secret TEXT] [--repository NAME] [--files FOLDER]
 * Prints its coordinates as one line of JSON and stays until SIGTERM, SIGINT or the death of its parent.
 */
import { parseArgs } from 'node:util';
import { filesOf } from './folder.ts';
import { startWorld } from './start.ts';
import { PEOPLE } from './world.ts';

const PARENT_CHECK = 500;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string' },
    repository: { type: 'string', default: 'shop' },
    files: { type: 'string' },
  },
});

const files = values.files === undefined ? { 'README.md': `# ${values.repository}\n` } : await filesOf(values.files);
const { 'webhook-url': webhookUrl, 'webhook-secret': webhookSecret } = values;
const world = await startWorld({
  port: Number(values.port),
  repositories: [{ name: values.repository, files }],
  ...(webhookUrl === undefined ? {} : { webhookUrl }),
  ...(webhookSecret === undefined ? {} : { webhookSecret }),
});

let ending = false;
const end = async (): Promise<void> => {
  if (ending) return;
  ending = true;
  clearInterval(watch);
  await world.close();
};
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid !== parent) void end();
}, PARENT_CHECK);
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());

const { apiUrl, serverUrl, appId, appSlug, installationId, privateKey, owner, repository } = world;
const tokens = Object.fromEntries(Object.keys(PEOPLE).map((login) => [login, world.as(login).token]));
const coordinates = { apiUrl, serverUrl, appId, appSlug, installationId, privateKey, owner, repository, tokens };
process.stdout.write(`${JSON.stringify({ ...coordinates, webhookSecret: world.webhookSecret })}\n`);
