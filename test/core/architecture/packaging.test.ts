import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT } from '#config/environment.ts';

const pathOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const textOf = (path: string) => readFileSync(pathOf(path), 'utf8');

const SERVICE = z.looseObject({
  image: z.string().optional(),
  command: z.array(z.string()),
  user: z.string().optional(),
  ports: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  volumes: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});

describe('the image', () => {
  const lines = textOf('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const values = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  test('stands on a Node whose major version is pinned and runs TypeScript', () => {
    expect(values('FROM')).toEqual([expect.stringMatching(/^node:24-[a-z]+-slim$/)]);
  });

  test('does not run as root, and changes to its user before anything starts', () => {
    expect(values('USER')).toEqual(['node']);
    expect(lines.indexOf('USER node')).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')));
  });

  test('has git and bubblewrap, and no package that only development needs', () => {
    const runs = values('RUN').join('\n');
    expect(runs).toMatch(/\bgit\b/);
    expect(runs).toMatch(/\bbubblewrap\b/);
    expect(runs).toContain('npm ci --omit=dev');
  });

  test('is asked for its health over /healthz, without a program that is not in it', () => {
    expect(values('HEALTHCHECK')).toEqual([expect.stringContaining('/healthz')]);
    expect(values('HEALTHCHECK').join()).not.toMatch(/curl|wget/);
  });

  test('sets no variable that the app does not know', () => {
    const set = values('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=')[0]));
    expect(set.filter((name) => name !== 'NODE_ENV' && !(name && name in ENVIRONMENT.shape))).toEqual([]);
  });

  test('is made of what .dockerignore lets in, and no secret is among it', () => {
    const kept = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = values('COPY').flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied.filter((path) => !kept.includes(path))).toEqual([]);
    expect(kept.filter((path) => path.startsWith('.env'))).toEqual([]);
  });
});

describe('the composition', () => {
  const { services } = z
    .object({ services: z.object({ web: SERVICE, worker: SERVICE, redis: SERVICE }) })
    .parse(parse(textOf('compose.yaml'), { merge: true }));

  test('keeps what Redis holds: nothing is evicted, everything is appended to a volume', () => {
    const command = services.redis.command.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(services.redis.volumes).toEqual(['redis:/data']);
    expect(services.redis.image).toMatch(/^redis:\d+-/);
    expect(services.redis.healthcheck?.test).toContain('ping');
  });

  test('web and worker share one Redis and one image, and set only variables that the app knows', () => {
    for (const service of [services.web, services.worker]) {
      expect(service.environment['REDIS_URL']).toBe('redis://redis:6379');
      expect(service.image).toBe('forkjoin');
      expect(Object.keys(service.environment).filter((name) => !(name in ENVIRONMENT.shape))).toEqual([]);
    }
    expect([services.web.command, services.worker.command]).toEqual([['web'], ['worker']]);
  });

  test('the worker may make the namespaces that bubblewrap needs, and nothing may gain privileges', () => {
    expect(services.worker.security_opt).toEqual(
      expect.arrayContaining(['seccomp=unconfined', 'systempaths=unconfined']),
    );
    for (const service of [services.web, services.worker]) {
      expect(service.security_opt).toContain('no-new-privileges:true');
      expect(service.cap_drop).toEqual(['ALL']);
    }
    expect(services.web.security_opt).toHaveLength(1);
  });

  test('only this machine reaches a port, and Redis is reached by none from outside', () => {
    expect(services.web.ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
    expect([...services.redis.ports, ...services.worker.ports]).toEqual([]);
  });

  test('leaves the app the 15 s that it may take to end', () => {
    expect(Number.parseInt(services.worker.stop_grace_period ?? '0', 10)).toBeGreaterThan(15);
  });
});

describe('continuous integration', () => {
  const text = textOf('.github/workflows/ci.yml');

  test('every action is pinned to a commit, with its version said', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('may read the repository and nothing else', () => {
    const workflow = z.looseObject({ permissions: z.unknown(), on: z.unknown() }).parse(parse(text));
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(text).not.toContain('pull_request_target');
    expect(text).not.toContain('secrets.');
  });

  test('runs the line that the README gives, by a script that the shell understands', () => {
    expect(textOf('.ci/run')).toMatch(/npm ci && .*npm test/);
    expect(spawnSync('bash', ['-n', pathOf('.ci/run')]).status).toBe(0);
  });
});

describe('what tests need of the system', () => {
  test('is named with the line to type where it cannot be installed', () => {
    const { status, stderr } = spawnSync(process.execPath, [pathOf('test/prerequisites.ts')], {
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/sudo apt-get install -y git bubblewrap redis-server/);
  });
});
