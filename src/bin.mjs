#!/usr/bin/env node
// Starts cli.ts on a Node that runs TypeScript (24 or later): this one, or the one that npm brought with the project.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
const brought = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Types are stripped once and kept, not at every start.
  module.enableCompileCache?.();
  await import(cli);
} else if (existsSync(brought)) {
  const child = spawn(brought, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => {
    process.exitCode = signal === null ? (status ?? 2) : 128 + (constants.signals[signal] ?? 0);
  });
} else {
  process.stderr.write(
    `forkjoin needs Node 24 or later; this is ${process.version}. Run "npm ci" in the checkout: it brings one.\n`,
  );
  process.exitCode = 2;
}
