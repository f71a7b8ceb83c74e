/** Numbers of system calls on a processor, as the kernel's tables for it have them (`unistd.h`); `arch`: seccomp(2). */
type Processor = {
  readonly arch: number;
  readonly absent: readonly number[];
  readonly forbidden: readonly number[];
  readonly socket: number;
  readonly clone: number;
  readonly unshare: number;
  readonly ioctl: number;
  readonly shmget: number;
  /** ptrace takes a process as its second argument, reading and writing of foreign memory as its first. */
  readonly ptrace: number;
  readonly foreignMemory: readonly number[];
};

/** Newer calls have one number everywhere: io_uring (425–427), ways to mount (428–433, 442), clone3, pidfd_getfd. */
const NEWER = [425, 426, 427, 428, 429, 430, 431, 432, 433, 435, 438, 442];

/**
 * `absent`: keys that the kernel holds for the worker's session, which no namespace keeps apart; and what has the longest
 * history of holes while programs do without it. `forbidden`: what is only for who rules a machine; capabilities forbid
 * it too, but a bubblewrap before 0.8 cannot keep a program from getting some in a namespace of its own.
 */
const PROCESSORS: Partial<Record<NodeJS.Architecture, Processor>> = {
  x64: {
    arch: 0xc000003e,
    // add_key, request_key, keyctl, userfaultfd.
    absent: [248, 249, 250, 323, ...NEWER],
    // mount, umount2, pivot_root, chroot, setns, bpf, perf_event_open, kexec (2), modules (3), open_by_handle_at, quotactl, acct, swap (2), reboot, syslog.
    forbidden: [165, 166, 155, 161, 308, 321, 298, 246, 320, 175, 313, 176, 304, 179, 163, 167, 168, 169, 103],
    socket: 41,
    clone: 56,
    unshare: 272,
    ioctl: 16,
    shmget: 29,
    ptrace: 101,
    foreignMemory: [310, 311],
  },
  arm64: {
    arch: 0xc00000b7,
    absent: [217, 218, 219, 282, ...NEWER],
    forbidden: [40, 39, 41, 51, 268, 280, 241, 104, 294, 105, 273, 106, 265, 60, 89, 224, 225, 142, 116],
    socket: 198,
    clone: 220,
    unshare: 97,
    ioctl: 29,
    shmget: 194,
    ptrace: 117,
    foreignMemory: [270, 271],
  },
};

/** Unix, IPv4, IPv6, netlink: all of a network namespace. Others reach beyond it, such as the host of a virtual machine (vsock). */
const FAMILIES = [1, 2, 10, 16];
const CLONE_NEWUSER = 0x1000_0000;
/** TIOCSTI and TIOCLINUX type into a terminal. */
const TYPING = [0x5412, 0x541c];
/** Bytes of a System V segment: memory that belongs to no process, so that nobody could count it. */
const LARGEST_SEGMENT = 1 << 20;

const [EPERM, EINVAL, ENOSYS, EAFNOSUPPORT] = [1, 22, 38, 97];
/** Classic BPF: load a word, jump if equal, if greater or equal, if any bit is set, answer. */
const [LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER] = [0x20, 0x15, 0x35, 0x45, 0x06];
const ALLOW = 0x7fff0000;
/** Offsets in `struct seccomp_data`: number, architecture, low and high half of an argument. */
const [NUMBER, ARCH] = [0, 4];
const low = (argument: number): number => 16 + 8 * argument;
const high = (argument: number): number => low(argument) + 4;

type Step = readonly [code: number, value: number, yes?: number, no?: number];

const load = (offset: number): Step => [LOAD, offset];
const answer = (value: number): Step => [ANSWER, value];
const refuse = (error: number): Step => answer(0x00050000 | error);
/** The steps only for values that pass; for others the program goes on behind them. */
const when = (test: number, value: number, steps: readonly Step[]): Step[] => [
  [test, value, 0, steps.length],
  ...steps,
];

/**
 * Which system calls the sandbox has, as a program for the kernel (seccomp(2)); undefined on a processor whose numbers we
 * do not know. Programs for another processor, such as the 32-bit one, have none: their numbers mean something else.
 */
export function systemCallFilter(processor: NodeJS.Architecture = process.arch): Uint8Array | undefined {
  const known = PROCESSORS[processor];
  if (known === undefined) return undefined;
  const { arch, absent, forbidden, socket, clone, unshare, ioctl, shmget, ptrace, foreignMemory } = known;
  const noNewUser = [load(low(0)), ...when(ANY_BIT, CLONE_NEWUSER, [refuse(EPERM)]), answer(ALLOW)];
  // The first process is bubblewrap's, and has no filter: whoever rules it has none either.
  const notOfFirst = (argument: number): Step[] => [
    load(low(argument)),
    ...when(EQUAL, 1, [refuse(EPERM)]),
    answer(ALLOW),
  ];
  const steps: Step[] = [
    load(ARCH),
    [EQUAL, arch, 1, 0],
    refuse(ENOSYS),
    load(NUMBER),
    // The x32 interface counts from here, and calls the same by other numbers.
    ...when(AT_LEAST, 0x4000_0000, [refuse(ENOSYS)]),
    ...absent.flatMap((number) => when(EQUAL, number, [refuse(ENOSYS)])),
    ...forbidden.flatMap((number) => when(EQUAL, number, [refuse(EPERM)])),
    ...when(EQUAL, socket, [
      load(low(0)),
      ...FAMILIES.flatMap((family) => when(EQUAL, family, [answer(ALLOW)])),
      refuse(EAFNOSUPPORT),
    ]),
    ...[clone, unshare].flatMap((number) => when(EQUAL, number, noNewUser)),
    ...when(EQUAL, ioctl, [
      load(low(1)),
      ...TYPING.flatMap((request) => when(EQUAL, request, [refuse(EPERM)])),
      answer(ALLOW),
    ]),
    ...when(EQUAL, ptrace, notOfFirst(1)),
    ...foreignMemory.flatMap((number) => when(EQUAL, number, notOfFirst(0))),
    ...when(EQUAL, shmget, [
      load(high(1)),
      ...when(AT_LEAST, 1, [refuse(EINVAL)]),
      load(low(1)),
      ...when(AT_LEAST, LARGEST_SEGMENT + 1, [refuse(EINVAL)]),
      answer(ALLOW),
    ]),
    answer(ALLOW),
  ];
  return assembled(steps);
}

/** `struct sock_filter`: 16 bits of code, two jumps of 8, 32 bits of value. Both processors are little-endian. */
function assembled(steps: readonly Step[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8 * steps.length));
  for (const [at, [code, value, yes = 0, no = 0]] of steps.entries()) {
    bytes.setUint16(8 * at, code, true);
    bytes.setUint8(8 * at + 2, yes);
    bytes.setUint8(8 * at + 3, no);
    bytes.setUint32(8 * at + 4, value, true);
  }
  return new Uint8Array(bytes.buffer);
}
