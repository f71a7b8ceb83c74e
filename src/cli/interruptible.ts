const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WORDS = 'It was ended by a signal: nothing was changed.';
/** Who asks once more after so many milliseconds does not want to wait for the cleaning up. */
const PATIENCE = 10_000;

/** What the next signal does. Before anything was begun there is nothing to clean up. */
let heed = (): void => {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ ok: false, error: { message: WORDS } })}\n`);
  process.stderr.write(`forkjoin: ${WORDS}\n`);
  process.exit(2);
};
let listening = false;
const onSignal = (): void => heed();

/** Answers signals from now on until the process ends: a program takes a while to load, and is to say what became of it. */
export const answerSignals = (): void => {
  listening = true;
  for (const signal of SIGNALS) process.on(signal, onSignal);
};

/** Does what a person may interrupt, and what cleans up after itself then: it says that it was interrupted, wherever it was. */
export const interruptible = async <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const stop = new AbortController();
  let since: number | undefined;
  // A signal from the keyboard may come twice: npx passes on what its child was sent already.
  heed = () => {
    since ??= performance.now();
    if (performance.now() - since > PATIENCE) process.exit(2);
    stop.abort(new Error(WORDS));
  };
  const wasListening = listening;
  if (!wasListening) answerSignals();
  try {
    return await work(stop.signal);
  } catch (error) {
    // What was going on at that moment failed for this reason alone.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    // The answer is written in this very turn: whoever asks later ends a process that has said all.
    heed = () => process.exit();
    if (!wasListening) ignoreSignals();
  }
};

const ignoreSignals = (): void => {
  listening = false;
  for (const signal of SIGNALS) process.off(signal, onSignal);
};
