import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mount } from './mounts.ts';

/** The few files of /etc that programs ask for names: made by us, since the machine's own tell who works there. */
const files = (uid: number, gid: number): Readonly<Record<string, string>> => ({
  // The agent comes first: it is who its number means, even when that is root's.
  passwd: `agent:x:${uid}:${gid}:agent:/home/agent:/bin/sh\nroot:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n`,
  group: `agent:x:${gid}:\nroot:x:0:\nnogroup:x:65534:\n`,
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
});

/** Writes them under the app's home and says where they are seen. The numbers are the agent's user and group inside. */
export async function etcMounts(home: string, uid = 1000, gid = 1000): Promise<Mount[]> {
  const folder = join(home, 'sandbox', `etc-${uid}-${gid}`);
  await mkdir(folder, { recursive: true });
  return await Promise.all(
    Object.entries(files(uid, gid)).map(async ([name, content]): Promise<Mount> => {
      const from = join(folder, name);
      await writeFile(from, content);
      return { kind: 'read', path: `/etc/${name}`, from };
    }),
  );
}
