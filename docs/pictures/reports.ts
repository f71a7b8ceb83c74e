import { prompt } from '#core/dispatch/prompt.ts';
import { COMMANDS } from '#core/intake/command.ts';
import { CARRIED_OUT } from '#core/journey/commanded.ts';
import { onboardingFiles } from '#core/onboarding/files.ts';
import type { Item, Plan } from '#core/types.ts';
import { conflictNoteText, forecastSection } from '#core/words/forecast.ts';
import { help } from '#core/words/help.ts';
import { integrationBody, integrationTitle } from '#core/words/integration-pull.ts';
import { itemComment } from '#core/words/item-comment.ts';
import { ONBOARDING_TITLE, onboardingBody } from '#core/words/onboarding.ts';
import type { Page } from '#core/words/page.ts';
import { panel } from '#core/words/panel.ts';
import { pullBody, pullTitle } from '#core/words/pull-request.ts';
import { repositorySchema } from '../../src/config/repository-schema.ts';
import * as stories from './stories.ts';

/** One picture: what stands in the frame, and on what. */
export type Report = { readonly name: string; readonly where: string; readonly markdown: string };

const PAGE: Page = { serverUrl: 'https://github.com', prompt, defaultAgent: 'claude' };

const planOf = (tale: { readonly plan: Plan | undefined }): Plan => {
  if (tale.plan === undefined) throw new Error('The story has no plan.');
  return tale.plan;
};

const itemOf = (plan: Plan, issue: number): Item => {
  const item = plan.items.find((other) => other.issue === issue);
  if (item === undefined) throw new Error(`The plan has no item #${issue}.`);
  return item;
};

const onPlan = (name: string, tale: ReturnType<typeof stories.planReady>): Report => {
  const plan = planOf(tale);
  return { name, where: `#${plan.issue} ${plan.title}`, markdown: panel(plan, tale.now(), PAGE) };
};

/** Our comment on the pull request of an item. */
const onPull = (name: string, tale: ReturnType<typeof stories.planReady>, item: number): Report => {
  const plan = planOf(tale);
  return { name, where: `${itemOf(plan, item).text.title} #${10 + item}`, markdown: conflictNoteText(plan, item) };
};

/** With what is folded open. */
const unfolded = (name: string, report: Report): Report => ({
  ...report,
  name,
  markdown: report.markdown.replaceAll('<details>', '<details open>'),
});

/** Every kind of text that the app writes, each at a telling moment. */
export const reports = (): readonly Report[] => {
  const running = planOf(stories.planRunning());
  const proposed = planOf(stories.planProposed());
  const forty = planOf(stories.planOfForty());
  const [opened, failed] = [itemOf(running, 2), itemOf(running, 3)];
  const { integration } = proposed;
  if (opened.state.name !== 'proposed' || integration === undefined) throw new Error('The stories end elsewhere.');
  return [
    onPlan('item-problems', stories.itemWrong()),
    onPlan('item-ready', stories.itemReady()),
    unfolded('item-reading', onPlan('item-ready', stories.itemReady())),
    { name: 'item-failed', where: `#3 ${failed.text.title}`, markdown: itemComment(running, failed, PAGE) },
    onPlan('plan-problems', stories.planWrong()),
    onPlan('plan-ready', stories.planReady()),
    onPlan('plan-running', stories.planRunning()),
    onPlan('plan-forecast', stories.planForecast()),
    unfolded('forecast-of-forty', {
      name: '',
      where: '#1 Move every page to the new layout',
      markdown: forecastSection(forty, { members: 40, conflicts: 40 }),
    }),
    onPlan('plan-proposed', stories.planProposed()),
    unfolded('plan-proposed-open', onPlan('plan-proposed', stories.planProposed())),
    onPull('conflict-note', stories.planForecast(), 3),
    onPlan('refusal', stories.refused()),
    { name: 'help', where: '#1 Add user profile editing with avatar upload', markdown: help(COMMANDS, CARRIED_OUT) },
    {
      name: 'onboarding',
      where: `${ONBOARDING_TITLE} #9`,
      markdown: onboardingBody(
        onboardingFiles(repositorySchema()).map((file) => file.path),
        7,
      ),
    },
    { name: 'pull-request', where: `${pullTitle(opened)} #12`, markdown: pullBody(running, opened, opened.state.work) },
    {
      name: 'integration',
      where: `${integrationTitle(proposed)} #16`,
      markdown: integrationBody(proposed, integration),
    },
  ];
};
