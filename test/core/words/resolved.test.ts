import { expect, it } from 'vitest';
import type { CommandResult, MemberOutcome } from '#core/types.ts';
import { mergedByKey, notMadeAgain, sameKeys } from '#core/words/resolved.ts';
import { resolvedTable } from '#core/words/resolved-table.ts';

const member = (item: number, ...paths: readonly string[]) =>
  ({
    item,
    head: 'a'.repeat(40),
    merged: 'b'.repeat(40),
    verification: [],
    resolved: paths.map((path) => ({ path, how: 'json-keys', words: mergedByKey([`dependencies.${path}`]) })),
  }) satisfies MemberOutcome;

it('what resolvers did is a table of which no name of a file can break out, and of no more rows than fit', () => {
  expect(resolvedTable([{ ...member(2), resolved: [] }], 9)).toBe('');
  const table = resolvedTable([member(2, 'a|b`.json', '@octo/x #7\n<img>'), member(3, 'c.json', 'd.json')], 3);
  expect(table).toMatchInlineSnapshot(`
    "### Resolved by the app

    Both sides had a hand in these files, and the app settled them by rule. Review them like any other change.

    | merge of | file | what was done |
    | --- | --- | --- |
    | #2 | \`\`a\\|b\`.json\`\` | merged by key: dependencies.a\\|b\\\`.json of this member |
    | #2 | \`@octo/x #7 <img>\` | merged by key: dependencies.@​octo/x #​7 &lt;img&gt; of this member |
    | #3 | \`c.json\` | merged by key: dependencies.c.json of this member |

    _1 more._"
  `);
});

it('many keys are counted', () => {
  expect(sameKeys('p.json', ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe(
    'p.json: both sides changed a, b, c, d and 3 more, each in its own way.',
  );
});

it('a lock file that could not be made again says why, in one line, and what to do', () => {
  const result = (more: Partial<CommandResult>): CommandResult => ({
    command: '',
    ok: false,
    tail: '',
    seconds: 1,
    ...more,
  });
  const said = (more: Partial<CommandResult>) =>
    notMadeAgain('web/package-lock.json', 'npm install', result(more), false);
  const byHand =
    'By hand: merge the branch it is to go into, run "npm install" in web, commit web/package-lock.json and push.';
  expect(said({ status: 127 })).toBe(
    `web/package-lock.json could not be made again: npm is not installed where commands run. ${byHand}`,
  );
  expect(said({ status: 1, tail: `npm notice\nnpm error code E404 ${'x'.repeat(1000)}\nlog` }).length).toBeLessThan(
    700,
  );
  expect(said({ why: 'ended after 30 minutes, its time limit' })).toContain(
    'again: ended after 30 minutes, its time limit (it said nothing). By',
  );
  const npm = [
    'npm warn old lockfile',
    'npm error code ERESOLVE',
    'npm error ERESOLVE unable to resolve dependency tree',
    'npm error',
    'npm error Found: react@16.14.0',
    'npm error peer react@"^18.2.0" from react-dom@18.2.0',
    'npm error Fix the upstream dependency conflict, or retry this command with --force',
    'npm error For a full report see:',
    'npm error /home/agent/.npm/_logs/report.txt',
    'npm error A complete log of this run can be found in: /home/agent/.npm/_logs/debug-0.log',
  ];
  expect(said({ status: 1, tail: npm.join('\n') })).toContain(
    'again: it ended with status 1 (code ERESOLVE · ERESOLVE unable to resolve dependency tree · Found: react@16.14.0 · peer react@"^18.2.0" from react-dom@18.2.0). By',
  );
});

it('a registry that does not answer is held against nobody', () => {
  const failed = { command: '', ok: false, status: 1, tail: 'npm error code ECONNREFUSED', seconds: 1 };
  expect(notMadeAgain('package-lock.json', 'npm install', failed, true)).toContain(
    'it ended with status 1 (code ECONNREFUSED). The registry could not be reached, which is no fault of the member: try again when it answers',
  );
});
