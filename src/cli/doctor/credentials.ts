import { createAppClient } from '#adapters/github/tokens.ts';
import type { Log } from '#engine/ports.ts';
import type { Configuration } from '../../config.ts';
import { type Finding, failing, fine, sentenceOf, warning } from './finding.ts';
import { missingFrom } from './needs.ts';
import { checkWebhook } from './webhook.ts';

/** Does GitHub know the app by its key, with all that it needs, and can webhooks arrive? */
export const checkGitHub = async ({ github }: Configuration, log: Log): Promise<readonly Finding[]> => {
  if (github.app === undefined) {
    return [
      warning(
        'credentials',
        'there are no credentials of a GitHub App',
        'Run "forkjoin serve": it guides through the registration',
      ),
    ];
  }
  const { id, privateKey } = github.app;
  const client = createAppClient({ apiUrl: github.apiUrl, appId: id, privateKey, log });
  try {
    const { data: app } = await client.rest.apps.getAuthenticated();
    if (app === null) throw new Error('GitHub does not know the app');
    const settings = `${github.serverUrl}/settings/apps/${app.slug}`;
    return [
      fine('credentials', `GitHub knows app ${id} as "${app.slug}"`),
      ...(await missingFrom({ permissions: app.permissions, events: app.events }, settings)),
      app.installations_count === 0
        ? warning('installation', 'the app is installed on no repository', `Install it: ${settings}/installations`)
        : fine('installation', 'the app is installed'),
      fine(
        'ci',
        'what the app pushes starts the CI of the repository: keep secrets away from pull_request_target and from push to parallel/**',
      ),
      ...(await checkWebhook(client, github.webhookProxyUrl, settings)),
    ];
  } catch (cause) {
    return [
      failing(
        'credentials',
        `GitHub does not take the credentials of app ${id} at ${github.apiUrl}: ${sentenceOf(cause)}`,
        "Compare APP_ID and the private key with the app's settings page, and the clock of this machine with the time",
      ),
    ];
  }
};
