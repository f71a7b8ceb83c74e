/** A commit written without a process: one for every merge of a chain, and git's own would be a third of its time. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Instant, Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { EMAIL, NAME } from './commit.ts';
import type { GitFolder } from './mirror.ts';

/** The very commit that `commitTree` makes. */
export async function writeCommit(
  folder: GitFolder,
  tree: Sha,
  parents: readonly Sha[],
  message: string,
  at: Instant,
): Promise<Sha> {
  const who = `${NAME} <${EMAIL}> ${Math.floor(Date.parse(at) / 1000)} +0000`;
  const text = `${message.replaceAll('\0', '').toWellFormed().trimEnd()}\n`;
  const headers = [
    `tree ${allowedSha(tree)}`,
    ...parents.map((parent) => `parent ${allowedSha(parent)}`),
    `author ${who}`,
    `committer ${who}`,
  ];
  const body = Buffer.from(`${headers.join('\n')}\n\n${text}`);
  const object = Buffer.concat([Buffer.from(`commit ${body.length}\0`), body]);
  const sha = createHash(tree.length === 64 ? 'sha256' : 'sha1')
    .update(object)
    .digest('hex');
  const objects = join(folder.gitDir, 'objects');
  const place = join(objects, sha.slice(0, 2), sha.slice(2));
  if (
    await access(place).then(
      () => true,
      () => false,
    )
  )
    return sha;
  const draft = join(objects, `tmp_obj_${randomUUID()}`);
  await writeFile(draft, await promisify(deflate)(object), { mode: 0o444 });
  await mkdir(join(place, '..'), { recursive: true });
  await rename(draft, place);
  return sha;
}
