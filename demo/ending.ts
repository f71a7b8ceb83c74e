import type { Plan } from '#core/types.ts';
import { textGraph } from '#core/words/text-graph.ts';
import { duration, secondsBetween } from '#core/words/time.ts';
import type { World } from './world/world.ts';

/** What stands at the end: the graph, the pull requests, the checklist, time against serial, and where to look. */
export const ending = async (world: World, plan: Plan): Promise<string> => {
  const pulls = plan.items.flatMap((item) =>
    'pull' in item.state && item.state.pull !== undefined
      ? [{ pull: item.state.pull, title: item.text.title, state: item.state.name }]
      : [],
  );
  const integration = plan.state.name === 'proposed' ? plan.state.pull : undefined;
  const body = integration === undefined ? '' : String((await world.as('maintainer').pull(integration))['body'] ?? '');
  const list = checklistOf(body);
  return [
    '',
    'The plan',
    indent(textGraph(plan)),
    '',
    'Pull requests',
    ...pulls.map(({ pull, title, state }) => `  #${pull} ${title.padEnd(40)} ${state}`),
    ...(integration === undefined
      ? [`  the plan is ${plan.state.name}${'why' in plan.state ? `: ${plan.state.why}` : ''}`]
      : [`  #${integration} ${plan.title.padEnd(40)} integration: waits for a review`]),
    ...(list === '' ? [] : ['', 'Checklist of the integration', indent(list)]),
    '',
    timing(plan),
  ].join('\n');
};

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');

const checklistOf = (body: string): string =>
  body
    .split('\n')
    .filter((line) => /^- \[[ x]\] /.test(line))
    .map((line) =>
      line
        .replace(/^- \[x\]/, '✓')
        .replace(/^- \[ \]/, '·')
        .replaceAll('_', ''),
    )
    .join('\n');

/** Wall time of the plan against the sum of its attempts: what one agent after the other would have taken. */
const timing = (plan: Plan): string => {
  const serial = plan.items.reduce((sum, item) => sum + ('work' in item.state ? item.state.work.seconds : 0), 0);
  const wall = plan.state.name === 'proposed' ? secondsBetween(plan.state.startedAt, plan.state.proposedAt) : undefined;
  return wall === undefined
    ? ''
    : `Time: ${duration(wall)} from start to integration pull request; the items one after the other take ${duration(serial)} before any merging (${(serial / wall).toFixed(1)} times).`;
};
