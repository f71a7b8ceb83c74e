import { createPublicKey } from 'node:crypto';
import { githubTime } from './clock.ts';
import type { App } from './hub.ts';
import { accountJson, nodeId } from './routes/shapes.ts';
import type { Account } from './state.ts';

/** What the app of a world is called; numbers are far from those of people and issues, so that a mix-up shows. */
export const APP = {
  id: 100_001,
  slug: 'forkjoin-local',
  name: 'Forkjoin (local)',
  installation: 500_001,
  bot: 900_001,
} as const;

// Newer than the list of events that GitHub's description allows an app in a payload to have.
const UNLISTED = new Set(['issue_dependencies', 'sub_issues']);

/** The app as the routes know it; `privateKey` is PEM. */
export const createApp = (
  url: string,
  owner: Account,
  permissions: Readonly<Record<string, string>>,
  events: readonly string[],
  privateKey: string,
): App => {
  const login = `${APP.slug}[bot]`;
  return {
    id: APP.id,
    slug: APP.slug,
    bot: { login, id: APP.bot, type: 'Bot', json: accountJson(url, login, APP.bot, 'Bot') },
    json: {
      id: APP.id,
      slug: APP.slug,
      node_id: nodeId('A', APP.id),
      client_id: 'Iv1.world',
      owner: owner.json,
      name: APP.name,
      description: '',
      external_url: url,
      html_url: `${url}/apps/${APP.slug}`,
      created_at: githubTime(),
      updated_at: githubTime(),
      permissions,
      events: events.filter((event) => !UNLISTED.has(event)),
    },
    installation: APP.installation,
    permissions,
    events,
    publicKey: createPublicKey(privateKey),
  };
};
