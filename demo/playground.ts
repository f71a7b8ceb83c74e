import type { Show } from './show.ts';

/** What a person may type while the demo is kept running: commands that label and comment as the maintainer. */
export const playground = ({ world, plan, url, log }: Show): string => {
  const token = world.as('maintainer').token;
  const { owner, name } = world.repository;
  const item = {
    title: 'Say hello',
    labels: ['parallel'],
    body: '### Scope\n- create `src/hello.ts`\n- create `src/hello.test.ts`\n\n### Context\nA greeting for the start page.\n\n### Contracts\nNone\n\n### Verification\n```sh\nnode --test src/hello.test.ts\n```',
  };
  return [
    '',
    'It goes on running until Ctrl-C.',
    '',
    `  dashboard    ${url}`,
    `  log          ${log}`,
    '',
    'As the maintainer you may type, in another terminal, first where and who:',
    `  shop=${world.apiUrl}/repos/${owner}/${name} who='authorization: Bearer ${token}'`,
    '',
    'Read the panel of the plan:',
    `  ${commentsOf(String(plan.issue))}`,
    '',
    'File an item of your own, labelled:',
    `  item=$(curl -s -H "$who" $shop/issues -d '${JSON.stringify(item)}' | node -p 'JSON.parse(fs.readFileSync(0)).number')`,
    '',
    'Read what the app answers; when it says ready, start it, and read again:',
    `  ${commentsOf('$item')}`,
    `  curl -s -o /dev/null -H "$who" $shop/issues/$item/comments -d '{"body":"/parallel start"}'`,
    '',
    'Look at the code:',
    `  git clone ${world.serverUrl.replace('//', `//octo-maintainer:${token}@`)}/${owner}/${name}.git`,
  ].join('\n');
};

const commentsOf = (issue: string): string =>
  `curl -s -H "$who" $shop/issues/${issue}/comments | node -p 'JSON.parse(fs.readFileSync(0)).map((comment) => comment.body).join("\\n\\n")'`;
