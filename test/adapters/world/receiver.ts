import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

/** One webhook as it arrived. `genuine`: its signature fits its bytes. */
export type Arrived = {
  readonly event: string;
  readonly guid: string;
  readonly genuine: boolean;
  readonly payload: Record<string, unknown>;
};

/** A receiver of webhooks on loopback, which answers 200 (or what `answer` says). */
export const startReceiver = async (secret: string, answer: () => number = () => 200) => {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`);
    const given = Buffer.from(String(request.headers['x-hub-signature-256']));
    arrived.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      genuine: expected.length === given.length && timingSafeEqual(expected, given),
      payload: JSON.parse(bytes.toString()),
    });
    response.writeHead(answer()).end('ok');
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    arrived,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
};
