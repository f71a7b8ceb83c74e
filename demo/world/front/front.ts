import { createServer } from 'node:http';
import { apiRequest } from './api-request.ts';
import { GIT_PATH, gitRequest } from './git-request.ts';
import type { Inside } from './inside.ts';

/** Starts the HTTP server on loopback; answers 503 until `open` gives it the world behind it. */
export const startFront = async (port: number) => {
  const stop = new AbortController();
  let inside: Inside | undefined;
  let origin = '';
  const server = createServer((request, response) => {
    // Not as a base: a path that begins with two slashes would name another host.
    const url = new URL(`${origin}${request.url ?? '/'}`);
    if (inside === undefined) {
      response.writeHead(503).end();
      return;
    }
    const git = GIT_PATH.exec(url.pathname);
    const answered =
      git === null
        ? apiRequest(inside, url, request, response)
        : gitRequest(inside, url, git, request, response, stop.signal);
    answered.catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  // Longer than any pause of a client: a connection must not close under a request that is on its way.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    url: origin,
    open: (world: Inside) => {
      inside = world;
    },
    close: async (): Promise<void> => {
      stop.abort();
      server.closeAllConnections();
      await new Promise<void>((done) => {
        server.close(() => done());
      });
    },
  };
};
