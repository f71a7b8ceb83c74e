import { z } from 'zod';
import { WEBHOOK_PATH } from './webhook-path.ts';

/** `app.yml`: what the app asks for. */
const appFile = z.strictObject({
  name: z.string().min(1).max(34),
  description: z.string(),
  /** Home page; where the app was registered when absent. */
  url: z.url().exactOptional(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});
export type AppFile = z.infer<typeof appFile>;

/** Reads `app.yml` after YAML; throws with every problem. */
export function readAppFile(value: unknown): AppFile {
  const read = appFile.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`app.yml: ${z.prettifyError(read.error)}`, { cause: read.error });
}

/** Where GitHub can reach us, as the person who registers says. */
export type Addresses = {
  /** Origin under which the person sees us, `http://localhost:3000`. */
  readonly origin: string;
  /** Public address for webhooks: our own, or a channel that forwards to us. */
  readonly webhook: string;
};

/** Whether webhooks come through somebody else's channel rather than straight to us. */
export const isChannel = (webhook: string): boolean => new URL(webhook).pathname !== WEBHOOK_PATH;

/** The manifest that is posted to GitHub (its documentation: "Registering a GitHub App from a manifest"). */
export const manifest = (app: AppFile, { origin, webhook }: Addresses) => ({
  url: origin,
  ...app,
  hook_attributes: { url: webhook, active: true },
  redirect_url: `${origin}/registered`,
});
