/** Imported first of all by the command line, so that it is done while the rest is still being loaded. */
import { answerSignals } from './interruptible.ts';

/** Verbs that clean up after themselves; the others have nothing to clean up, or end by signals of their own. */
const VERBS = ['conflicts', 'integrate'];

if (process.argv.slice(2).some((word) => VERBS.includes(word))) answerSignals();
