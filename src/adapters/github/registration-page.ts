const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that may stand anywhere in HTML, attributes included. */
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => NAMED[character] ?? '');

const page = (body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Register Forkjoin</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  label { display: block; margin: 1rem 0 }
  input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .4rem }
  button { font: inherit; padding: .5rem 1rem }
</style>
<h1>Register Forkjoin</h1>
${body}
</html>
`;

/** First page: where the app is to live, and where GitHub reaches it. */
export const askPage = (given: { readonly key: string; readonly webhook: string; readonly problem?: string }) =>
  page(`<p>There are no credentials of a GitHub App yet. Two steps make them: this page, and one confirmation on GitHub.</p>
${given.problem === undefined ? '' : `<p role="alert"><strong>${escaped(given.problem)}</strong></p>`}
<form action="/confirm" method="get">
  <input type="hidden" name="key" value="${escaped(given.key)}">
  <label>Organisation that owns the app (empty: your own account)
    <input name="organization" autocomplete="off" spellcheck="false"></label>
  <label>Address to which GitHub sends webhooks. On a machine without a public address, open
    <a href="https://smee.io/new" target="_blank" rel="noopener noreferrer">smee.io/new</a> and put the channel's address here.
    <input name="webhook" type="url" required value="${escaped(given.webhook)}"></label>
  <button>Continue</button>
</form>`);

/** Second page: hands the manifest to GitHub, which asks the person to confirm. */
export const confirmPage = (given: { readonly action: string; readonly manifest: object; readonly server: string }) =>
  page(`<p>GitHub shows what the app asks for, lets you choose its name, and sends you back here.</p>
<form action="${escaped(given.action)}" method="post">
  <input type="hidden" name="manifest" value="${escaped(JSON.stringify(given.manifest))}">
  <button>Register on ${escaped(given.server)}</button>
</form>`);

/** Last page: what is there now, and what to do next. */
export const donePage = (given: { readonly name: string; readonly install: string; readonly file: string }) =>
  page(`<p>The app “${escaped(given.name)}” exists, and its credentials stand in <code>${escaped(given.file)}</code>, readable by you only.</p>
<ol>
  <li><a href="${escaped(given.install)}">Install it</a> on the repositories it may work in.</li>
  <li>Start <code>forkjoin serve</code> again.</li>
  <li>In one of these repositories, label an issue <code>parallel</code>.</li>
</ol>`);

/** A page for what went wrong, with the way back. */
export const problemPage = (sentence: string) =>
  page(`<p role="alert"><strong>${escaped(sentence)}</strong></p>\n<p><a href="/">Back to the start</a></p>`);
