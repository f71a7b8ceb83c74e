import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mount } from './mounts.ts';

/** The few files of /etc that programs ask for names: made by us, since the machine's own tell who works there. */
const FILES: Readonly<Record<string, string>> = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\nagent:x:1000:1000:agent:/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  group: 'root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** Writes them under the app's home and says where they are seen. */
export async function etcMounts(home: string): Promise<Mount[]> {
  const folder = join(home, 'sandbox', 'etc');
  await mkdir(folder, { recursive: true });
  return await Promise.all(
    Object.entries(FILES).map(async ([name, content]): Promise<Mount> => {
      const from = join(folder, name);
      await writeFile(from, content);
      return { kind: 'read', path: `/etc/${name}`, from };
    }),
  );
}
