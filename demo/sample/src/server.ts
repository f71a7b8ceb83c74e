import { createServer } from 'node:http';
import { handle } from './routes/index.ts';

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const answer = await handle({ method: request.method ?? 'GET', path: pathname });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
});

server.listen(Number(process.env['PORT'] ?? 3000));
