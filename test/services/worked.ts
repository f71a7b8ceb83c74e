/** A watch for work: says how many milliseconds this thread has computed since, however long others had the processor. */
export const worked = (): (() => number) => {
  const begun = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(begun);
    return (user + system) / 1000;
  };
};
