import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** On which descriptor bubblewrap reports, and on which it finds its filter of system calls. */
export const REPORTS = 3;
export const FILTER = 4;

/** fcntl(2), `O_CLOEXEC`: this descriptor ends with this program, and no child has it. */
const ENDS_HERE = 0o2000000;

/** Everything that a child has open: three streams, and what `namespaced` and `filter` of its launch ask for. */
export type Descriptors = { readonly stdio: (number | 'pipe' | 'ignore')[]; close(): void };

/**
 * A worker can have files and folders open that whoever started it left open, a socket of its service manager among
 * them. Every child would have them, and no sandbox takes away what is open already: it gets /dev/null in their place.
 */
export function descriptors(namespaced: boolean, filter: string | undefined): Descriptors {
  const opened: number[] = [];
  const open = (file: string): number => {
    const descriptor = openSync(file, 'r');
    opened.push(descriptor);
    return descriptor;
  };
  const close = (): void => {
    for (const descriptor of opened) closeSync(descriptor);
  };
  try {
    const stdio: Descriptors['stdio'] = ['pipe', 'pipe', 'pipe'];
    const put = (at: number, what: number | 'pipe'): void => {
      while (stdio.length < at) stdio.push('ignore');
      stdio[at] = what;
    };
    const inherited = passedOnByItself();
    const nothing = inherited.length === 0 ? -1 : open('/dev/null');
    for (const descriptor of inherited) put(descriptor, nothing);
    if (namespaced) put(REPORTS, 'pipe');
    if (filter !== undefined) put(FILTER, open(filter));
    return { stdio, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Descriptors above the three streams that this program would hand to every child: none of its own making. */
function passedOnByItself(): number[] {
  return readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && !endsHere(descriptor))
    .toSorted((a, b) => a - b);
}

function endsHere(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & ENDS_HERE) !== 0;
  } catch {
    // The folder itself was open while it was read.
    return true;
  }
}
