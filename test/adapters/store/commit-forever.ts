/** Commits one plan again and again to the embedded database of a folder, and prints each version once it is saved. */
import { openDatabase } from '#adapters/store/open.ts';
import { silent } from '../../services/log.ts';
import { aCommit, aPlan, panel } from './plans.ts';

const { store } = await openDatabase({ kind: 'embedded', folder: process.argv[2] ?? '' }, silent);
for (let version = 0; ; version++) {
  const commit = aCommit(aPlan(1), { expected: version, facts: [`f${version}`], effects: [panel(`p${version}`)] });
  if ((await store.commit(commit)) === 'saved') process.stdout.write(`${version + 1}\n`);
}
