import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { World } from './world/world.ts';

/** How the app is set up against a local world. */
export type Stage = {
  readonly world: Pick<World, 'apiUrl' | 'serverUrl' | 'appId' | 'privateKey' | 'webhookSecret'>;
  /** Everything that the app keeps goes below this folder. */
  readonly folder: string;
  /** Keys of `forkjoin.yml`; the local world needs no pause between writes. */
  readonly operator: Readonly<Record<string, unknown>>;
  readonly port?: number;
  /** Further variables: a database, model keys, the log level. */
  readonly variables?: Readonly<Record<string, string>>;
};

/** Writes `forkjoin.yml` and gives the environment for the app: what an operator would type, for a world on this machine. */
export const setStage = ({
  world,
  folder,
  operator,
  port = 0,
  variables = {},
}: Stage): Readonly<Record<string, string>> => {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'forkjoin.yml');
  const limits = { write_interval: 0, ...(operator['limits'] as object | undefined) };
  writeFileSync(config, stringify({ ...operator, limits }));
  return {
    PATH: process.env['PATH'] ?? '',
    APP_ID: String(world.appId),
    PRIVATE_KEY: world.privateKey,
    WEBHOOK_SECRET: world.webhookSecret,
    GITHUB_API_URL: world.apiUrl,
    GITHUB_SERVER_URL: world.serverUrl,
    FORKJOIN_HOME: join(folder, 'home'),
    FORKJOIN_CONFIG: config,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'info',
    ...variables,
  };
};
