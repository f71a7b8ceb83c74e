import type { DashboardItem, DashboardPlan } from '#core/view/dashboard.ts';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** The whole dashboard as one document without script and without anything from elsewhere. */
export const page = (plans: readonly DashboardPlan[], serverUrl: string): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="10">
<title>Forkjoin: ${plans.length} ${plans.length === 1 ? 'plan' : 'plans'}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header><h1>Forkjoin</h1><p>${plans.length} ${plans.length === 1 ? 'plan' : 'plans'}, refreshed every 10 seconds</p></header>
<main>
${plans.length === 0 ? html`<p class="empty">No plan yet. Label an issue <code>parallel</code> and it appears here.</p>` : plans.map((plan) => section(plan, serverUrl))}
</main>
</body>
</html>
`.markup;

const section = (plan: DashboardPlan, serverUrl: string): Html => html`<section>
<h2><a href="${serverUrl}/${plan.repository}/issues/${plan.issue}">${plan.repository}#${plan.issue}</a> <bdi>${plan.title}</bdi></h2>
<p>${badge(plan.state)} ${plan.done}/${plan.total} done${plan.cost === undefined ? '' : `, ${dollars(plan.cost)}`}${
  plan.pull === undefined ? html`` : html`, ${pullLink(plan.repository, plan.pull, serverUrl)}`
}</p>
<div class="scroll"><table>
<thead><tr><th>Item</th><th>Title</th><th>State</th><th>Why</th><th>PR</th><th>Cost</th></tr></thead>
<tbody>
${plan.items.map((item) => row(item, plan.repository, serverUrl))}
</tbody>
</table></div>
</section>
`;

const row = (item: DashboardItem, repository: string, serverUrl: string): Html => html`<tr>
<td><a href="${serverUrl}/${repository}/issues/${item.issue}">#${item.issue}</a></td>
<td><bdi>${item.title}</bdi></td>
<td>${badge(item.state)}</td>
<td><bdi>${item.why}</bdi></td>
<td>${item.pull === undefined ? '' : pullLink(repository, item.pull, serverUrl)}</td>
<td class="number">${item.cost === undefined ? '' : dollars(item.cost)}</td>
</tr>
`;

const pullLink = (repository: string, pull: number, serverUrl: string): Html =>
  html`<a href="${serverUrl}/${repository}/pull/${pull}">#${pull}</a>`;

const badge = (state: string): Html => html`<span class="state ${state}">${state}</span>`;

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
