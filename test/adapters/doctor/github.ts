import { createVerify } from 'node:crypto';
import { createServer } from 'node:http';

/** Answers of GitHub to the app about itself, over HTTP; a token that `publicKey` does not confirm gets 401. */
export const startGitHub = async (publicKey: string, answers: Readonly<Record<string, unknown>>) => {
  const server = createServer((request, response) => {
    const [head = '', body = '', signature = ''] = (request.headers.authorization ?? '')
      .replace(/^bearer /i, '')
      .split('.');
    const path = (request.url ?? '').split('?')[0] ?? '';
    const genuine = createVerify('RSA-SHA256').update(`${head}.${body}`).verify(publicKey, signature, 'base64url');
    const answer = genuine ? answers[path] : { message: 'A JSON web token could not be decoded' };
    response.writeHead(!genuine ? 401 : answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};
