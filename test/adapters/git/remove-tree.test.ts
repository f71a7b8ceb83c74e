import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Permissions bind everybody but root, so root asks as somebody else. */
const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'forkjoin-remove-'));
  chmodSync(home, 0o777);
});
afterEach(() => {
  spawnSync('/bin/rm', ['-rf', home]);
});

const asSomebody = (program: string, args: string[]) =>
  spawnSync(program, args, { ...somebody, cwd: home, encoding: 'utf8', timeout: 30_000 });

/** Removes the folder `left` of the home; what is said when it cannot. */
const removed = (how: string): string => {
  const code = `import { removeTree } from ${JSON.stringify(new URL('../../../src/adapters/git/remove-tree.ts', import.meta.url).href)};
    import { rm } from 'node:fs/promises';
    const plainly = (folder) => rm(folder, { recursive: true, force: true });
    await ${how}(${JSON.stringify(join(home, 'left'))});`;
  return asSomebody(process.execPath, ['--input-type=module', '-e', code]).stderr;
};

test('closed folders, links and folders deeper than a path can say are taken away, and nothing that a link leads to', () => {
  const make = () => {
    const deep = 'p=$(yes "$(printf %0200d 1)/" | head -50 | tr -d "\\n"); mkdir -p left/shut/in left/deep/$p';
    const rest =
      'touch left/shut/in/file; ln -s ../outside left/link; chmod 0 left/shut/in left/shut; chmod 500 left/deep left';
    expect(asSomebody('/bin/sh', ['-c', `${deep} && ${rest}`]).stderr).toBe('');
  };
  mkdirSync(join(home, 'outside'));
  writeFileSync(join(home, 'outside/file'), '');
  make();
  expect(removed('plainly')).toMatch(/EACCES|ENAMETOOLONG/);
  expect(removed('removeTree')).toBe('');
  expect(existsSync(join(home, 'outside/file'))).toBe(true);
  expect(readdirSync(home)).toEqual(['outside']);
});
