/** Entries asked for with one request: GitHub's largest. */
export const PER_PAGE = 100;
/** More pages than this are not read: 5,000 entries. */
const MOST = 50;

type Page = { readonly data: readonly unknown[]; readonly headers: { readonly link?: string | undefined } };

/** All entries of a list, page by page. Throws for a list without end: half of it would be a wrong answer. */
export async function allPages(ask: (page: number) => Promise<Page>): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  for (let page = 1; page <= MOST; page += 1) {
    const { data, headers } = await ask(page);
    entries.push(...data);
    const more = headers.link === undefined ? data.length === PER_PAGE : headers.link.includes('rel="next"');
    if (!more) return entries;
  }
  throw new Error(`GitHub lists more than ${MOST * PER_PAGE} entries`);
}
