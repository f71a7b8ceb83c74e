import type { Hub } from './hub.ts';
import { nodeId } from './routes/shapes.ts';

/** Takes the app off the account, as its owner does on the settings page: tokens end, and the app hears it once. */
export const uninstall = (hub: Hub): void => {
  if (!hub.installed) return;
  const { app } = hub;
  const [account] = hub.accounts.values();
  const sender = [...hub.accounts.values()].find(({ type }) => type === 'User');
  const settings = `${hub.url}/organizations/${account?.login}/settings/installations/${app.installation}`;
  hub.installationTokens.clear();
  hub.installed = false;
  hub.webhooks.deliver('installation', {
    action: 'deleted',
    installation: {
      id: app.installation,
      node_id: nodeId('IN', app.installation),
      account: account?.json,
      app_id: app.id,
      app_slug: app.slug,
      access_tokens_url: `${hub.url}/app/installations/${app.installation}/access_tokens`,
      repositories_url: `${hub.url}/installation/repositories`,
      html_url: settings,
      target_id: account?.id,
      target_type: account?.type,
      repository_selection: 'all',
      permissions: app.permissions,
      events: app.json['events'],
      created_at: app.json['created_at'],
      updated_at: hub.now(),
      single_file_name: null,
      suspended_at: null,
      suspended_by: null,
    },
    repositories: [...hub.repos.values()].map((repo) => ({
      id: repo.id,
      node_id: repo.json['node_id'],
      name: repo.name,
      full_name: repo.json['full_name'],
      private: repo.private,
    })),
    sender: sender?.json,
  });
};
