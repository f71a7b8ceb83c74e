import { createHmac, randomUUID } from 'node:crypto';
import type { Hub } from './hub.ts';
import { nodeId, repositoryJson } from './routes/shapes.ts';
import type { Account, Json, Repo } from './state.ts';

/** One try to deliver: what the receiver answered, or why nothing came. */
export type Attempt = {
  readonly at: string;
  readonly status: number;
  readonly answer: string;
  readonly milliseconds: number;
};

/** One webhook as recorded. `guid` is what stands in X-GitHub-Delivery, also when it is delivered again. */
export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repository: number | null;
  readonly at: string;
  readonly payload: Json;
  readonly attempts: Attempt[];
};

/** What the test decides about a delivery before it goes out; `hold` keeps it until `release`. */
export type Fate = 'deliver' | 'drop' | 'hold' | { readonly times: number };

export type Webhooks = ReturnType<typeof createWebhooks>;

const TIMEOUT = 10_000;

/** Signs, sends and records webhooks. As GitHub, it never tries again by itself, and promises no order. */
export const createWebhooks = (secret: string) => {
  const deliveries: Delivery[] = [];
  const held: Delivery[] = [];
  const underway = new Set<Promise<void>>();
  const stop = new AbortController();
  let target: string | undefined;
  let nextId = 700_001;
  let fate: (delivery: Delivery) => Fate = () => 'deliver';

  const headersFor = (delivery: Delivery, body: string): Record<string, string> => ({
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/world',
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  });

  const attempt = async (delivery: Delivery): Promise<void> => {
    if (target === undefined || stop.signal.aborted) return;
    const started = performance.now();
    const body = JSON.stringify(delivery.payload);
    const at = new Date().toISOString();
    const note = (status: number, answer: string) =>
      delivery.attempts.push({ at, status, answer, milliseconds: Math.round(performance.now() - started) });
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT)]);
      const response = await fetch(target, { method: 'POST', headers: headersFor(delivery, body), body, signal });
      note(response.status, await response.text());
    } catch (error) {
      note(502, String(error));
    }
  };

  const send = (delivery: Delivery, times = 1): Promise<void> => {
    const sent = Promise.all(Array.from({ length: times }, () => attempt(delivery)))
      .then(() => undefined)
      .finally(() => underway.delete(sent));
    underway.add(sent);
    return sent;
  };

  /** Records a payload as a delivery and sends it, unless the test decided otherwise. */
  const deliver = (event: string, payload: Json, repository: number | null = null): Delivery => {
    const action = typeof payload['action'] === 'string' ? payload['action'] : null;
    const delivery = {
      id: nextId++,
      guid: randomUUID(),
      event,
      action,
      repository,
      at: new Date().toISOString(),
      payload,
      attempts: [],
    };
    deliveries.push(delivery);
    const decided = fate(delivery);
    if (decided === 'hold') held.push(delivery);
    else if (decided !== 'drop') void send(delivery, decided === 'deliver' ? 1 : decided.times);
    return delivery;
  };

  return {
    deliveries,
    deliver,
    /** Where webhooks go; undefined: nowhere, they are only recorded. */
    setTarget: (url: string | undefined) => {
      target = url;
    },
    /** Decides about every later delivery. */
    decide: (by: (delivery: Delivery) => Fate) => {
      fate = by;
    },
    /** Sends what was held, in the order that the test wants. */
    release: async (order: (held: readonly Delivery[]) => readonly Delivery[] = (all) => all): Promise<void> => {
      for (const delivery of order(held.splice(0))) await send(delivery);
    },
    /** Sends a delivery again, under its old id, as the redelivery button does. */
    redeliver: (delivery: Delivery, times = 1): Promise<void> => send(delivery, times),
    /** Resolves when nothing is on its way. */
    idle: async (): Promise<void> => {
      while (underway.size > 0) await Promise.all(underway);
    },
    close: async (): Promise<void> => {
      stop.abort();
      await Promise.allSettled(underway);
    },
  };
};

/** Tells the app what happened in a repository, if it listens to that event. */
export const announce = (hub: Hub, repo: Repo, sender: Account, event: string, payload: Json): void => {
  if (!hub.installed || !hub.app.events.includes(event)) return;
  hub.webhooks.deliver(
    event,
    {
      ...payload,
      repository: repositoryJson(repo),
      organization: organizationJson(hub, repo),
      sender: sender.json,
      installation: { id: hub.app.installation, node_id: nodeId('IN', hub.app.installation) },
    },
    repo.id,
  );
};

const organizationJson = (hub: Hub, repo: Repo): Json => {
  const owner = hub.accounts.get(repo.owner.toLowerCase());
  const api = `${hub.url}/orgs/${repo.owner}`;
  return {
    login: repo.owner,
    id: owner?.id ?? 0,
    node_id: nodeId('O', owner?.id ?? 0),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${hub.url}/avatars/${owner?.id ?? 0}`,
    description: null,
  };
};
