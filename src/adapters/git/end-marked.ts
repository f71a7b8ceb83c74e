import { readdir, readFile } from 'node:fs/promises';

/**
 * Ends every process whose environment holds a mark: git's transport helpers outlive the git that started them, and
 * keep talking to the remote. Without `/proc` they end by themselves when the remote is silent for a minute.
 */
export async function endMarked(mark: string): Promise<void> {
  const ids = (await readdir('/proc').catch(() => [])).map(String).filter((name) => /^\d+$/.test(name));
  const marked = async (id: string) =>
    (await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')).split('\0').includes(mark);
  for (const id of ids) {
    if (!(await marked(id))) continue;
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}
