import type { Show } from './show.ts';

/** What a person may type while the demo is kept running: commands that label and comment as the maintainer. */
export const playground = ({ world, plan, log }: Show): string => {
  const token = world.as('maintainer').token;
  const api = `${world.apiUrl}/repos/${world.repository.owner}/${world.repository.name}`;
  const post = (path: string, body: object): string =>
    `  curl -s -H 'authorization: Bearer ${token}' ${api}${path} -d '${JSON.stringify(body)}'`;
  return [
    '',
    'It goes on running until Ctrl-C. As the maintainer you may, in another terminal:',
    '',
    '  read the panel of the plan',
    `  curl -s -H 'authorization: Bearer ${token}' ${api}/issues/${plan.issue}/comments`,
    '',
    '  file an item of your own, labelled',
    post('/issues', {
      title: 'Say hello',
      labels: ['parallel'],
      body: '### Scope\n- create `src/hello.ts`\n- create `src/hello.test.ts`\n\n### Context\nA greeting for the start page.\n\n### Contracts\nNone\n\n### Verification\n```sh\nnode --test src/hello.test.ts\n```',
    }),
    '',
    '  start it (put its number for N)',
    post('/issues/N/comments', { body: '/parallel start' }),
    '',
    '  look at the code',
    `  git clone ${world.serverUrl.replace('//', `//octo-maintainer:${token}@`)}/${world.repository.owner}/${world.repository.name}.git`,
    '',
    `The app's log: ${log}`,
  ].join('\n');
};
