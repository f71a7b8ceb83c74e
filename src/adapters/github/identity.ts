import type { Octokit } from '@octokit/rest';
import { z } from 'zod';

/** How the app appears on GitHub: its number, and the login under which it writes. */
export type Identity = { readonly app: number; readonly login: string };

const app = z.object({ id: z.number(), slug: z.string().min(1) });

/** Asks GitHub once who the app is; asked again after a failure. */
export function createIdentity(client: Octokit): () => Promise<Identity> {
  let known: Promise<Identity> | undefined;
  const ask = async () => {
    const { id, slug } = app.parse((await client.rest.apps.getAuthenticated()).data);
    return { app: id, login: `${slug}[bot]` };
  };
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
