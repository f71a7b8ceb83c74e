#!/usr/bin/env node
/**
 * An agent that follows a script instead of a model (`kind: command`): it gets its task as every agent does, writes real
 * files into the worktree it is started in, and says what it does.
 *
 *   node agent.mjs [--seconds N] [table.json]
 *
 * What it writes, first match: the table's entry for the issue (`"#12"`, its title, or `"*"`); the folder of `agent/`
 * whose files are what the scope names; otherwise a stub for every path of the scope.
 * An entry of the table: `{ "write": { path: text }, "delete": [path], "say": [line], "seconds": n, "exit": n }`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const SUFFIX = '.template';
const TEMPLATES = join(import.meta.dirname, 'agent');
// Unlike one another, so that a table of running agents moves as it would with real ones.
const SECONDS = { 'avatar-storage': 5.2, 'profile-api': 6, 'profile-ui': 4.6, integration: 3.6 };

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1, -SUFFIX.length));

const fromTable = (table, task) => table[`#${task.issue}`] ?? table[task.title] ?? table['*'];

const fromTemplates = (scope) => {
  if (!existsSync(TEMPLATES)) return undefined;
  for (const name of readdirSync(TEMPLATES)) {
    const folder = join(TEMPLATES, name);
    const files = filesBelow(folder);
    if (files.length === 0 || !files.every((file) => scope.includes(file))) continue;
    const write = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file + SUFFIX), 'utf8')]));
    return { write, seconds: SECONDS[name] };
  }
  return undefined;
};

/** A path that a pattern of the scope matches: wildcards become a name made of the issue's number. */
const pathFor = (pattern, issue) => {
  const path = pattern
    .replace(/\{([^,}]*),[^}]*\}/g, '$1')
    .replace(/(^|\/)\*\*\/(?=.)/g, '$1')
    .replace(/\/(\*\*)?$/, `/item-${issue}.md`)
    .replace(/\*/g, `item-${issue}`)
    .replace(/\?/g, 'x');
  return /\.[^/]+$/.test(path) ? path : `${path}.md`;
};

const stub = (path, { issue, title }) => {
  const words = title.replace(/\s+/g, ' ').trim();
  const test = /^(.*)\.test\.([mc]?[jt]s)$/.exec(path);
  if (test !== null)
    return `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n\ntest(${JSON.stringify(words)}, () => {\n  assert.ok(true);\n});\n`;
  if (/\.[mc]?[jt]sx?$/.test(path))
    return `/** ${words.replaceAll('*/', '')} */\nexport const item${issue} = ${JSON.stringify(words)};\n`;
  if (path.endsWith('.json')) return `${JSON.stringify({ title: words, issue }, undefined, 2)}\n`;
  if (/\.(md|txt|html)$/.test(path)) return `# ${words}\n`;
  return `# ${words} (issue ${issue})\n`;
};

/** A file that is there gets a line more; JSON, where a line would break it, stays as it is and is written anew. */
const stubOver = (path, task) => {
  if (!existsSync(path) || path.endsWith('.json')) return stub(path, task);
  const comment = /\.[mc]?[jt]sx?$/.test(path) ? '//' : '#';
  const text = readFileSync(path, 'utf8');
  return `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${comment} ${task.title.replace(/\s+/g, ' ').trim()}\n`;
};

const fromScope = (task) => {
  const paths = [...new Set(task.scope.map((pattern) => pathFor(pattern, task.issue)))];
  return { write: Object.fromEntries(paths.map((path) => [path, stubOver(path, task)])), seconds: 2 };
};

const readStandardInput = async () => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
};

const argumentsOf = (argv) => {
  const at = argv.indexOf('--seconds');
  const seconds = at === -1 ? undefined : Number(argv[at + 1]);
  const [file] = at === -1 ? argv : argv.toSpliced(at, 2);
  return { seconds, table: file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8')) };
};

const { seconds, table } = argumentsOf(process.argv.slice(2));
const task = JSON.parse(readFileSync(process.env.FORKJOIN_TASK ?? '', 'utf8'));
const prompt = await readStandardInput();
console.log(`Read issue #${task.issue}: ${task.title} (${prompt.length} characters)`);

const script = fromTable(table, task) ?? fromTemplates(task.scope) ?? fromScope(task);
for (const line of script.say ?? []) console.log(line);
const writes = Object.entries(script.write ?? {});
const pause = ((seconds ?? script.seconds ?? 2) * 1000) / (writes.length + 1);
for (const [path, text] of writes) {
  await wait(pause);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`Wrote ${path}`);
}
for (const path of script.delete ?? []) {
  rmSync(path, { recursive: true, force: true });
  console.log(`Deleted ${path}`);
}
await wait(pause);
console.log(`Done: ${writes.length} ${writes.length === 1 ? 'file' : 'files'} written`);
process.exitCode = script.exit ?? 0;
