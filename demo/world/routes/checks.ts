import { z } from 'zod';
import { invalidBecause, notFound, page, Refusal } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, type Route, route } from '../front/route.ts';
import type { Hub } from '../hub.ts';
import type { CheckRun, Json, Repo } from '../state.ts';
import { announce } from '../webhooks.ts';
import { commitAt } from './branches.ts';
import { apiUrl, nodeId, pageUrl } from './shapes.ts';

const minimalPulls = (repo: Repo, head: string): Json[] =>
  [...repo.issues.values()].flatMap(({ number, state, pull }) => {
    if (pull === undefined || state !== 'open' || pull.headSha !== head) return [];
    const side = (ref: string, sha: string) => ({
      ref,
      sha,
      repo: { id: repo.id, url: apiUrl(repo), name: repo.name },
    });
    return [
      {
        id: pull.id,
        number,
        url: `${apiUrl(repo)}/pulls/${number}`,
        head: side(pull.headRef, pull.headSha),
        base: side(pull.baseRef, pull.baseSha),
      },
    ];
  });

const checkRunJson = (hub: Hub, repo: Repo, run: CheckRun): Json => {
  const url = `${apiUrl(repo)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.head,
    external_id: run.externalId ?? '',
    url,
    html_url: `${pageUrl(repo)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? hub.url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: 1 },
    app: hub.app.json,
    pull_requests: minimalPulls(repo, run.head),
  };
};

const CONCLUSIONS = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
] as const;

const Fields = z.object({
  name: z.string().min(1).optional(),
  status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z.object({ title: z.string().optional(), summary: z.string(), text: z.string().optional() }).optional(),
});

const NewRun = Fields.extend({ name: z.string().min(1), head_sha: z.string().min(1) });

const MAX_OUTPUT = 65_535;

const apply = ({ hub }: At, run: CheckRun, asked: z.infer<typeof Fields>): void => {
  const { output } = asked;
  if ([output?.summary, output?.text].some((text) => text !== undefined && Buffer.byteLength(text) > MAX_OUTPUT))
    throw invalidBecause('CheckRun', `output is too long (maximum is ${MAX_OUTPUT} characters)`);
  run.name = asked.name ?? run.name;
  run.externalId = asked.external_id ?? run.externalId;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.startedAt = asked.started_at ?? run.startedAt ?? hub.now();
  // A conclusion completes the run, said or not.
  run.status = asked.conclusion === undefined ? (asked.status ?? run.status) : 'completed';
  run.conclusion = asked.conclusion ?? run.conclusion;
  if (run.status === 'completed' && run.conclusion === null)
    throw invalidBecause('CheckRun', 'conclusion is required when status is completed');
  if (run.status === 'completed') run.completedAt = asked.completed_at ?? run.completedAt ?? hub.now();
  if (output !== undefined)
    run.output = {
      title: output.title ?? run.output.title,
      summary: output.summary,
      text: output.text ?? run.output.text,
    };
};

const tell = ({ hub, repo, actor }: At, run: CheckRun, action: string): void =>
  announce(hub, repo, actor, 'check_run', { action, check_run: checkRunJson(hub, repo, run) });

// Check runs belong to apps; GitHub says so to everybody else.
const onlyApps = ({ viaApp }: At): void => {
  if (!viaApp) throw new Refusal(403, 'You must authenticate via a GitHub App.');
};

const create = async (at: At) => {
  onlyApps(at);
  const asked = parse(NewRun, at.body, 'CheckRun');
  const head = await at.repo.git.commit(asked.head_sha);
  if (head === undefined) throw invalidBecause('CheckRun', `No commit found for SHA: ${asked.head_sha}`);
  const run: CheckRun = {
    id: at.hub.id(),
    head,
    name: asked.name,
    status: 'queued',
    conclusion: null,
    externalId: null,
    detailsUrl: null,
    startedAt: null,
    completedAt: null,
    output: { title: null, summary: null, text: null },
  };
  apply(at, run, asked);
  at.repo.checks.set(run.id, run);
  tell(at, run, 'created');
  if (run.status === 'completed') tell(at, run, 'completed');
  return { status: 201, body: checkRunJson(at.hub, at.repo, run) };
};

const runAt = ({ repo, params }: At): CheckRun => {
  const run = repo.checks.get(Number(params['check_run_id']));
  if (run === undefined) throw notFound();
  return run;
};

const update = (at: At) => {
  onlyApps(at);
  const run = runAt(at);
  const before = run.status;
  apply(at, run, parse(Fields, at.body, 'CheckRun'));
  if (before !== 'completed' && run.status === 'completed') tell(at, run, 'completed');
  return { status: 200, body: checkRunJson(at.hub, at.repo, run) };
};

const listOfCommit = async (at: At) => {
  const { hub, repo, url } = at;
  const query = url.searchParams;
  const head = await commitAt(at);
  const named = [...repo.checks.values()]
    .filter((run) => run.head === head)
    .filter((run) => query.get('check_name') === null || run.name === query.get('check_name'))
    .filter((run) => query.get('status') === null || run.status === query.get('status'))
    .filter(() => query.get('app_id') === null || query.get('app_id') === String(hub.app.id))
    .sort((a, b) => b.id - a.id);
  const latest = query.get('filter') !== 'all';
  const chosen = latest
    ? named.filter((run, index) => named.findIndex((other) => other.name === run.name) === index)
    : named;
  const wrap = (entries: readonly unknown[]) => ({ total_count: chosen.length, check_runs: entries });
  return page(
    url,
    chosen.map((run) => checkRunJson(hub, repo, run)),
    wrap,
  );
};

const READ_CHECKS = { app: ['checks:read'], person: 'read' } as const;
const WRITE_CHECKS = { app: ['checks:write'], person: 'anyone' } as const;

/** Routes of check runs. They must stand before the routes of commits, whose `{ref}` would swallow `…/check-runs`. */
export const checkRoutes: readonly Route[] = [
  route('POST /check-runs', WRITE_CHECKS, create),
  route('GET /check-runs/{check_run_id}', READ_CHECKS, (at) => ({
    status: 200,
    body: checkRunJson(at.hub, at.repo, runAt(at)),
  })),
  route('PATCH /check-runs/{check_run_id}', WRITE_CHECKS, update),
  route('GET /commits/{ref}/check-runs', READ_CHECKS, listOfCommit),
];
