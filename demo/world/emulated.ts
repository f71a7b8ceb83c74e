import { createEmulator } from 'emulate';
import type { Json } from './state.ts';

/** What the emulated GitHub is started with: accounts, repositories (metadata only) and the app. */
export type Seed = {
  /** Origin that stands in the URLs of its answers: the front's. */
  readonly url: string;
  readonly owner: string;
  readonly people: Readonly<Record<string, { readonly token: string }>>;
  readonly repositories: readonly {
    readonly name: string;
    readonly private: boolean;
    readonly defaultBranch: string;
  }[];
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly name: string;
    readonly installation: number;
    readonly permissions: Readonly<Record<string, string>>;
    readonly events: readonly string[];
  };
};

export type Emulated = Awaited<ReturnType<typeof startEmulated>>;

/** Starts `emulate`'s GitHub on a port of its own. It keeps accounts, the app, installations and their tokens; the front keeps the rest. */
export const startEmulated = async (seed: Seed) => {
  const logins = Object.keys(seed.people);
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(logins.map((login) => [seed.people[login]?.token ?? '', { login, scopes: ['repo'] }])),
      github: {
        users: logins.map((login) => ({ login, name: login })),
        // The first person is a member of the organisation, and so sees its private repositories.
        orgs: [{ login: seed.owner, members: [{ login: logins[0] ?? '', role: 'admin' }] }],
        repos: seed.repositories.map((repository) => ({
          owner: seed.owner,
          name: repository.name,
          private: repository.private,
          default_branch: repository.defaultBranch,
          auto_init: false,
        })),
        apps: [
          {
            app_id: seed.app.id,
            slug: seed.app.slug,
            name: seed.app.name,
            description: 'Turns labelled issues into parallel work.',
            permissions: seed.app.permissions,
            events: seed.app.events,
            installations: [
              { installation_id: seed.app.installation, account: seed.owner, repository_selection: 'all' },
            ],
          },
        ],
      },
    },
  });
  const privateKey = emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key')?.value;
  if (privateKey === undefined) throw new Error('the emulated GitHub made no key for the app');

  /** Passes a request on; answers with status and body. */
  const ask = async (
    method: string,
    path: string,
    authorization: string,
    body?: unknown,
  ): Promise<{ status: number; body: Json }> => {
    const response = await fetch(new URL(path, emulator.url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // With a base URL of its own, emulate would not say which free port it took: its answers are rewritten instead.
    const text = (await response.text()).replaceAll(emulator.url, seed.url);
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };

  return { privateKey, ask, close: () => emulator.close() };
};
