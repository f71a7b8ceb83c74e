import { z } from 'zod';
import type { Log } from '#engine/ports.ts';
import { systemTimer } from './app-options.ts';
import { createClient } from './client.ts';
import { setInEnvFile } from './env-file.ts';
import { isChannel } from './manifest.ts';

const converted = z.object({
  id: z.int(),
  name: z.string(),
  html_url: z.url({ protocol: /^https?$/ }),
  pem: z.string().includes('PRIVATE KEY'),
  webhook_secret: z.string().min(1),
});

/** The new app, as far as a person needs to know: its name, and where it is installed on repositories. */
export type NewApp = { readonly name: string; readonly install: string };

/**
 * Exchanges the code of a registration for the app's credentials, which GitHub gives out once, and writes them to the
 * environment file. Throws when GitHub does not know the code or the file cannot be written.
 */
export async function keepCredentials(
  options: { readonly apiUrl: string; readonly envFile: string; readonly log: Log },
  code: string,
  webhook: string,
): Promise<NewApp> {
  const client = createClient({ ...options, clock: systemTimer }, (send, request) => send(request));
  const made = converted.parse((await client.rest.apps.createFromManifest({ code })).data);
  await setInEnvFile(options.envFile, {
    APP_ID: String(made.id),
    PRIVATE_KEY: made.pem,
    WEBHOOK_SECRET: made.webhook_secret,
    ...(isChannel(webhook) ? { WEBHOOK_PROXY_URL: webhook } : {}),
  });
  options.log.info({ app: made.id, page: made.html_url }, 'The app is registered. Install it, then start again');
  return { name: made.name, install: `${made.html_url}/installations/new` };
}
