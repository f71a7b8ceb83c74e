/** Paths of a repository, `/` between segments. The root's folder is empty. */
export const posix = {
  name: (path: string): string => path.slice(path.lastIndexOf('/') + 1),
  folder: (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  join: (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`),
};
