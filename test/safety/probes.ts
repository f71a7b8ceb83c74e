import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Machine } from './sandbox-world.ts';
import type { Targets } from './targets.ts';

/** One attempt to get out, as shell text in a worktree. */
export type Probe = {
  readonly name: string;
  /** Shell text that ends in status 0 when the attack works. */
  readonly attack: (at: Machine, targets: Targets) => string;
  /** What tells that it worked, when the status does not. */
  readonly worked?: (at: Machine, targets: Targets) => boolean | Promise<boolean>;
  /** Whom the attack works for without a sandbox; everybody when absent. */
  readonly control?: (uid: number) => boolean;
};

/** A query for `canary.example`, type A: what a resolver puts on the wire. */
const QUERY = String.raw`\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06canary\x07example\x00\x00\x01\x00\x01`;

/** The secret that the environment of whoever starts an agent holds. */
export const SECRET = 'CANARY-SECRET';

/** The sixteen of safety.md, section 3. */
export const SIXTEEN: readonly Probe[] = [
  { name: "1, the app's private key", attack: ({ key }) => `grep -q CANARY ${key}` },
  { name: "2, another repository's clone", attack: ({ otherBare }) => `test -n "$(cat ${otherBare}/HEAD)"` },
  { name: '3, a folder of somebody else', attack: ({ elsewhere }) => `grep -q CANARY ${elsewhere}/letter.txt` },
  {
    name: "4, the controller's environment",
    attack: (_, { victim }) => `grep -qa CANARY-ENVIRONMENT /proc/${victim().pid}/environ`,
  },
  {
    name: '5, the processes of the host',
    attack: (_, { victim }) => `grep -qa '^sleep' /proc/${victim().pid}/cmdline`,
  },
  {
    name: '6, Redis on localhost',
    attack: (_, { redisPort }) =>
      `exec 3<>/dev/tcp/127.0.0.1/${redisPort} && echo PING >&3 && read -t 2 answer <&3 && [[ $answer == +PONG* ]]`,
  },
  {
    name: '7, TCP',
    attack: (_, { httpPort }) =>
      String.raw`exec 3<>/dev/tcp/127.0.0.1/${httpPort} && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -q CANARY-HTTP <&3`,
  },
  {
    name: '8, DNS',
    attack: (_, { dnsPort }) => `printf '${QUERY}' > /dev/udp/127.0.0.1/${dnsPort}`,
    worked: async (_, { asked }) => (await asked()).some((name) => name.includes('canary\x07example')),
  },
  {
    name: '9, hooks',
    attack: ({ bare }) => `mkdir -p ${bare}/hooks && echo exit > ${bare}/hooks/post-checkout`,
    worked: ({ bare }) => existsSync(join(bare, 'hooks/post-checkout')),
  },
  {
    name: '10, shared configuration',
    attack: ({ bare }) => `echo '[core] fsmonitor = evil' >> ${bare}/config`,
    worked: ({ bare }) => readFileSync(join(bare, 'config'), 'utf8').includes('evil'),
  },
  {
    name: '11, a rewritten .git',
    attack: () =>
      `echo 'gitdir: /tmp/evil' > .git || { rm -f .git && echo 'gitdir: /tmp/evil' > .git; } || { mv .git git && echo evil > .git; }`,
    worked: ({ worktree }) => readFileSync(join(worktree.path, '.git'), 'utf8').includes('evil'),
  },
  {
    name: '12, nested namespaces',
    // Without a map: writing one fails already because /proc is read-only.
    attack: () => 'unshare --user true || unshare --user --map-root-user true',
  },
  {
    name: '13, signals',
    attack: (_, { victim }) => `kill -TERM ${victim().pid}; true`,
    worked: async (_, { victim }) => {
      if (victim().signalCode === null) await Promise.race([once(victim(), 'exit'), after(200)]);
      return victim().signalCode === 'SIGTERM';
    },
  },
  {
    name: '14, the socket of a container engine',
    attack: ({ elsewhere }) =>
      `test -S ${elsewhere}/docker.sock && perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Peer => shift)' ${elsewhere}/docker.sock`,
  },
  {
    name: '15, a secret in the environment',
    attack: () => `env | grep -q ${SECRET}`,
  },
  {
    name: '16, a mount',
    // Where even root may not mount, as in most containers, a namespace of one's own allows it.
    attack: () =>
      'mkdir -p point && { mount -t tmpfs none point || unshare --user --map-root-user --mount mount -t tmpfs none point; }',
  },
];

/** More that is worth reaching. */
export const MORE: readonly Probe[] = [
  { name: "another item's worktree", attack: ({ sibling }) => `grep -q CANARY ${sibling}/README.md` },
  { name: 'a new file outside the worktree', attack: ({ elsewhere }) => `echo x > ${elsewhere}/planted` },
  {
    name: 'objects and alternates of the clone',
    attack: ({ bare }) => `mkdir -p ${bare}/objects/info; echo /elsewhere > ${bare}/objects/info/alternates`,
    worked: ({ bare }) => existsSync(join(bare, 'objects/info/alternates')),
  },
  {
    name: "the worktree's admin folder",
    attack: ({ bare }) => `echo /elsewhere > ${bare}/worktrees/item-3-1/commondir`,
    worked: ({ bare }) => readFileSync(join(bare, 'worktrees/item-3-1/commondir'), 'utf8').includes('elsewhere'),
  },
  {
    name: 'a setting of the kernel',
    attack: () => 'printf "" >> /proc/sys/kernel/core_pattern',
    control: (uid) => uid === 0,
  },
  { name: 'a file that only root may read', attack: () => 'test -n "$(cat /etc/shadow)"', control: (uid) => uid === 0 },
  {
    name: 'what the kernel tells its root',
    attack: () => 'test -n "$(cat /proc/slabinfo)"',
    control: (uid) => uid === 0,
  },
  {
    name: 'a device',
    attack: () => 'ls /dev/pts/../kmsg /dev/mem /dev/sd* /dev/vd* 2>/dev/null | grep -q .',
    control: () => false,
  },
];
