/** Finds where the code span ends that the backticks at a place begin, in linear time over a whole text. */
export const codeSpans = (
  text: string,
): ((at: number) => { readonly run: number; readonly end: number | undefined }) => {
  const runs = new Map<number, number[]>();
  const next = new Map<number, number>();
  for (let at = text.indexOf('`'); at !== -1; ) {
    let end = at;
    while (text[end] === '`') end++;
    const known = runs.get(end - at);
    if (known === undefined) runs.set(end - at, [at]);
    else known.push(at);
    at = text.indexOf('`', end);
  }
  return (at) => {
    let run = 0;
    while (text[at + run] === '`') run++;
    const places = runs.get(run) ?? [];
    let index = next.get(run) ?? 0;
    while (index < places.length && (places[index] ?? 0) <= at) index++;
    next.set(run, index);
    const close = places[index];
    return { run, end: close === undefined ? undefined : close + run };
  };
};
