import { existsSync, lstatSync, readlinkSync } from 'node:fs';

/** One place of the sandbox's file system. Places are laid out parents first, so that the deeper one wins. */
export type Mount =
  | { readonly kind: 'read' | 'write'; readonly path: string; readonly from?: string }
  | { readonly kind: 'hide' | 'scratch'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/** The system's programs and libraries: real folders, or links into /usr, whichever this machine has. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'];

/**
 * What programs need of /etc. A list of leaves: /etc/ssl/private, /etc/gitconfig or /etc/shadow are readable for a worker
 * that is root.
 */
const SETTINGS = [
  'alternatives',
  'ca-certificates',
  'ca-certificates.conf',
  'debian_version',
  'fonts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'os-release',
  'pki/ca-trust/extracted',
  'pki/tls/cert.pem',
  'pki/tls/certs',
  'protocols',
  'services',
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
  'timezone',
].map((name) => `/etc/${name}`);

/** The machine's own programs, read-only, wherever this distribution keeps them. */
export function systemMounts(): Mount[] {
  return [...SYSTEM, ...SETTINGS].filter(existsSync).map((path): Mount => {
    const link = SYSTEM.includes(path) && lstatSync(path).isSymbolicLink();
    return link ? { kind: 'link', path, to: readlinkSync(path) } : { kind: 'read', path };
  });
}

/** Is `path` the folder or inside it? Both absolute and normal. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
