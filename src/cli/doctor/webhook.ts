import type { createAppClient } from '#adapters/github/tokens.ts';
import { type Finding, fine, sentenceOf, warning } from './finding.ts';

type Client = ReturnType<typeof createAppClient>;

/** Is there an address for webhooks, and did the latest ones arrive? GitHub's own record says more than a request from here could. */
export const checkWebhook = async (
  client: Client,
  proxy: string | undefined,
  settings: string,
): Promise<readonly Finding[]> => {
  try {
    const { data: hook } = await client.rest.apps.getWebhookConfigForApp();
    if (!hook.url)
      return [
        warning(
          'webhook',
          'the app has no webhook address; it looks for changes now and then',
          `Set it at ${settings}`,
        ),
      ];
    const through = proxy === undefined ? '' : ' through a proxy, which is for development';
    const { data: deliveries } = await client.rest.apps.listWebhookDeliveries({ per_page: 20 });
    const failed = deliveries.filter(({ status_code }) => status_code < 200 || status_code > 299);
    const [latest] = failed;
    if (latest === undefined)
      return [fine('webhook', `${hook.url}${through}; the latest ${deliveries.length} deliveries arrived`)];
    return [
      warning(
        'webhook',
        `${failed.length} of the latest ${deliveries.length} deliveries to ${hook.url} failed, the last with ${latest.status_code} ${latest.status}`,
        `See ${settings}/advanced; 401 there means that WEBHOOK_SECRET differs`,
      ),
    ];
  } catch (cause) {
    return [warning('webhook', `GitHub does not say where webhooks go: ${sentenceOf(cause)}`, `Compare ${settings}`)];
  }
};
