/** What git itself answers: a real checkout, a real `git merge`, one after the other, in one shell a repository. */
import { spawn } from 'node:child_process';

/** A merge as `git merge` made it; `none`: git gave no answer (it died, or refused to begin). */
export type Answer =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  | { readonly kind: 'none'; readonly words: string };

export type Asked = { readonly into: string; readonly head: string; readonly settings: string };

/** What people have, and the app sets: a file added to a folder that the other side renamed is a conflict. */
export const OURS = '';
/** Such a file stays where it was added. */
export const FOLDERS_STAY = '-c merge.directoryRenames=false';

export const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/**
 * An index as young as its files is read again through the attributes, and `git merge` then refuses to begin: it is made
 * younger. What an earlier conflict left lying about is swept when git refuses all the same.
 */
const SCRIPT = `
m() {
  # A git that died leaves its lock.
  [ ! -e .git/index.lock ] || rm .git/index.lock
  git reset -q --hard "$2" && { [ ! -e .gitattributes ] || touch -d @4000000000 .git/index; }
  git $1 merge -q --no-commit --no-ff "$3" >.git/words 2>&1; s=$?
  [ $s = 0 ] || git ls-files -u -z >.git/unmerged
}
ask() {
  m "$@"
  if [ $s != 0 ] && [ ! -s .git/unmerged ]; then git clean -ffdxq; m "$@"; fi
  printf '%s\\0' $s
  if [ $s = 0 ]; then printf '%s\\0END\\0\\0' "$(git write-tree)"; else
    cat .git/unmerged; printf 'END\\0'; tr -d '\\000' <.git/words; printf '\\0'
  fi
}
`;

/** Asks git for every merge, in order, in the repository whose working folder this is. */
export const realMerges = async (folder: string, asked: readonly Asked[]): Promise<Answer[]> => {
  const lines = asked.map(({ into, head, settings }) => `ask '${settings}' ${into} ${head}\n`);
  const output = await shell(folder, SCRIPT + lines.join(''));
  const parts = output.toString('utf8').split('\0');
  const answers: Answer[] = [];
  for (let at = 0; at + 2 < parts.length; ) {
    const end = parts.indexOf('END', at);
    const [status, ...rest] = parts.slice(at, end);
    const words = parts[end + 1] ?? '';
    answers.push(answerOf(Number(status), rest, words));
    at = end + 2;
  }
  const starved = answers.find((one) => one.kind === 'none' && /fork|[Cc]annot allocate|[Rr]esource/.test(one.words));
  if (starved !== undefined) throw new Error(`the machine has no room: ${JSON.stringify(starved)}`);
  if (answers.length !== asked.length) throw new Error(`${answers.length} answers to ${asked.length} questions`);
  return answers;
};

const answerOf = (status: number, rest: readonly string[], words: string): Answer => {
  if (status === 0) return { kind: 'clean', tree: rest[0] ?? '' };
  // A file that stood in the way of a folder: `name~HEAD`, `name~<commit>`.
  const named = rest.map((line) => line.slice(line.indexOf('\t') + 1).replace(/~(?:HEAD|[0-9a-f]{40})(?:_\d+)?$/, ''));
  const files = [...new Set(named)].sort();
  // Not every conflict leaves a path unmerged: then the words alone say it.
  const said = status === 1 && /^CONFLICT /m.test(words);
  return status === 1 && (files.length > 0 || said)
    ? { kind: 'conflict', files }
    : { kind: 'none', words: `${status}: ${words}` };
};

/** Runs a script of the shell in a folder, and gives what it printed. */
export const shell = (folder: string, script: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = spawn('sh', ['-s'], { cwd: folder, env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'inherit'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(output)));
    child.stdin.end(script);
  });
