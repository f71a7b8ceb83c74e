const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does what a person may interrupt, and what cleans up after itself then: it says that it was interrupted, wherever it was. */
export const interruptible = async <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const stop = new AbortController();
  const end = (): void => stop.abort(new Error('It was ended by a signal: nothing was changed.'));
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    return await work(stop.signal);
  } catch (error) {
    // What was going on at that moment failed for this reason alone.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
  }
};
