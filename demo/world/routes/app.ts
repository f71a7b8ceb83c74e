import type { Emulated } from '../emulated.ts';
import type { Caller } from '../front/caller.ts';
import { type Answer, notFound, page, Refusal } from '../front/http.ts';
import { reaches } from '../front/route.ts';
import { accountOf, type Hub, repoOf } from '../hub.ts';
import type { Json } from '../state.ts';
import type { Delivery } from '../webhooks.ts';
import { repositoryJson } from './shapes.ts';

/** One request to a route outside repositories. */
export type AppAt = {
  readonly hub: Hub;
  readonly emulated: Emulated;
  readonly caller: Caller;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly authorization: string;
  readonly body: Json;
};

export type AppRoute = { readonly name: string; readonly handle: (at: AppAt) => Answer | Promise<Answer> };

const onlyJwt = ({ caller }: AppAt): void => {
  if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
};

/** Lets the emulated GitHub answer, and completes what it leaves out of the published shape. */
const ask = async (at: AppAt, complete: (body: Json) => unknown = (body) => body): Promise<Answer> => {
  const sent = at.method === 'GET' ? undefined : at.body;
  const { status, body } = await at.emulated.ask(at.method, at.url.pathname + at.url.search, at.authorization, sent);
  return { status, body: status < 300 ? complete(body) : body };
};

const installation =
  (at: AppAt) =>
  (body: Json): Json => {
    const owner = accountOf(at.hub, String((body['account'] as Json)['login']));
    return { ...body, account: owner?.json, target_id: owner?.id, client_id: 'Iv1.world', suspended_by: null };
  };

const mint = async (at: AppAt): Promise<Answer> => {
  onlyJwt(at);
  if (!at.hub.installed) throw notFound();
  const repositoryById = (id: unknown) => [...at.hub.repos.values()].find((repo) => repo.id === id);
  return ask(at, (body) => {
    const chosen = Array.isArray(body['repositories']) ? (body['repositories'] as Json[]) : undefined;
    const repositories = chosen?.flatMap(({ id }) => repositoryById(id) ?? []);
    at.hub.installationTokens.set(String(body['token']), {
      permissions: body['permissions'] as Readonly<Record<string, string>>,
      expiresAt: Date.parse(String(body['expires_at'])),
      ...(repositories === undefined ? {} : { repositories: repositories.map((repo) => repo.id) }),
    });
    return { ...body, ...(repositories === undefined ? {} : { repositories: repositories.map(repositoryJson) }) };
  });
};

const ofRepository = (at: AppAt): Promise<Answer> => {
  onlyJwt(at);
  if (!at.hub.installed || repoOf(at.hub, at.params['owner'] ?? '', at.params['repo'] ?? '') === undefined)
    throw notFound();
  return ask(at, installation(at));
};

const repositories = ({ hub, caller, url }: AppAt): Answer => {
  if (caller.kind !== 'installation')
    throw new Refusal(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  const seen = [...hub.repos.values()].filter((repo) => reaches(caller, repo, ['metadata:read']));
  const wrap = (entries: readonly unknown[]) => ({
    total_count: seen.length,
    repositories: entries,
    repository_selection: 'all',
  });
  return page(url, seen.map(repositoryJson), wrap);
};

const revoke = ({ hub, caller }: AppAt): Answer => {
  if (caller.kind !== 'installation') throw new Refusal(401, 'Bad credentials');
  hub.installationTokens.delete(caller.secret);
  return { status: 204 };
};

const deliveryJson = (hub: Hub, delivery: Delivery): Json => {
  const last = delivery.attempts.at(-1);
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: last?.at ?? delivery.at,
    redelivery: delivery.attempts.length > 1,
    duration: (last?.milliseconds ?? 0) / 1000,
    status:
      last === undefined
        ? 'failed to connect to host'
        : last.status < 400
          ? 'OK'
          : `Invalid HTTP Response: ${last.status}`,
    status_code: last?.status ?? 0,
    event: delivery.event,
    action: delivery.action,
    installation_id: hub.app.installation,
    repository_id: delivery.repository,
    throttled_at: null,
  };
};

const deliveryAt = ({ hub, params }: AppAt): Delivery => {
  const delivery = hub.webhooks.deliveries.find((one) => one.id === Number(params['delivery_id']));
  if (delivery === undefined) throw notFound();
  return delivery;
};

const deliveries = (at: AppAt): Answer => {
  onlyJwt(at);
  return page(
    at.url,
    [...at.hub.webhooks.deliveries].reverse().map((delivery) => deliveryJson(at.hub, delivery)),
  );
};

const delivery = (at: AppAt): Answer => {
  onlyJwt(at);
  const one = deliveryAt(at);
  const response = { headers: {}, payload: one.attempts.at(-1)?.answer ?? '' };
  return {
    status: 200,
    body: { ...deliveryJson(at.hub, one), url: '', request: { headers: {}, payload: one.payload }, response },
  };
};

const redeliver = (at: AppAt): Answer => {
  onlyJwt(at);
  void at.hub.webhooks.redeliver(deliveryAt(at));
  return { status: 202, body: {} };
};

const user = (at: AppAt): Answer | Promise<Answer> => {
  if (at.caller.kind === 'nobody') throw new Refusal(401, 'Requires authentication');
  if (at.caller.kind !== 'person') throw new Refusal(403, 'Resource not accessible by integration');
  return ask(at, (body) => ({ ...body, updated_at: body['updated_at'] }));
};

const userCalled = (at: AppAt): Answer | Promise<Answer> => {
  const { bot } = at.hub.app;
  if (at.params['username'] !== bot.login) return ask(at);
  const zero = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  const none = { name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null };
  const at0 = String(at.hub.app.json['created_at']);
  return { status: 200, body: { ...bot.json, ...none, ...zero, created_at: at0, updated_at: at0 } };
};

/** Routes of the app, its installations, tokens and deliveries, and of accounts. */
export const appRoutes: readonly AppRoute[] = [
  {
    name: 'GET /app',
    handle: (at) => (onlyJwt(at), ask(at, (body) => ({ ...body, ...at.hub.app.json, events: at.hub.app.events }))),
  },
  { name: 'GET /app/hook/deliveries', handle: deliveries },
  { name: 'GET /app/hook/deliveries/{delivery_id}', handle: delivery },
  { name: 'POST /app/hook/deliveries/{delivery_id}/attempts', handle: redeliver },
  {
    name: 'GET /app/installations',
    handle: (at) => (onlyJwt(at), ask(at, (body) => (Array.isArray(body) ? body.map(installation(at)) : body))),
  },
  { name: 'GET /app/installations/{installation_id}', handle: (at) => (onlyJwt(at), ask(at, installation(at))) },
  { name: 'POST /app/installations/{installation_id}/access_tokens', handle: mint },
  { name: 'GET /repos/{owner}/{repo}/installation', handle: ofRepository },
  { name: 'GET /installation/repositories', handle: repositories },
  { name: 'DELETE /installation/token', handle: revoke },
  { name: 'GET /meta', handle: (at) => ask(at) },
  { name: 'GET /rate_limit', handle: (at) => ask(at) },
  { name: 'GET /user', handle: user },
  { name: 'GET /users/{username}', handle: userCalled },
];
