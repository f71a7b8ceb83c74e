import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

export type Theme = 'light' | 'dark';

/** What a page is made with: GitHub's Markdown style, and the address of Mermaid's script. */
export type Style = { readonly css: string; readonly mermaid: string };

const FRAME: Readonly<Record<Theme, string>> = {
  light: '--page:#fff;--line:#d1d9e0;--bar:#f6f8fa;--soft:#59636e;--bot:#1f2328',
  dark: '--page:#0d1117;--line:#3d444d;--bar:#151b23;--soft:#9198a1;--bot:#f0f6fc',
};

/** A whole page that shows one text as GitHub shows a comment. */
export const pageOf = (
  report: { readonly where: string; readonly markdown: string },
  theme: Theme,
  style: Style,
): string =>
  `<!doctype html><html><head><meta charset="utf-8"><style>${style.css}</style><style>
:root{${FRAME[theme]};color-scheme:${theme}}
body{margin:0;padding:20px 24px;background:var(--page);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif,"Noto Color Emoji"}
h1{margin:0 0 14px;font-size:18px;font-weight:600;color:var(--bot)}
.comment{border:1px solid var(--line);border-radius:6px;overflow:hidden}
.bar{background:var(--bar);border-bottom:1px solid var(--line);padding:8px 16px;color:var(--soft)}
.bar b{color:var(--bot)}.bar i{border:1px solid var(--line);border-radius:2em;padding:0 7px;margin:0 4px;font-style:normal;font-size:12px}
.markdown-body{padding:16px;font-size:14px}
.markdown-body .mermaid{background:transparent;text-align:center;margin-bottom:16px}
.markdown-body .mermaid svg{max-width:100%}
</style></head><body><h1>${escaped(report.where)}</h1><div class="comment"><div class="bar"><b>forkjoin</b><i>bot</i>commented</div>
<div class="markdown-body">${body(report.markdown)}</div></div>
<script src="${style.mermaid}"></script><script>(${browser})(${JSON.stringify(theme)})</script></body></html>`;

/** GitHub's Markdown for comments: GFM, HTML let through, and every line end is a break. */
const body = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }).replace(
    /<p>([\s\S]*?)<\/p>/g,
    (_, text: string) => `<p>${text.replaceAll('\n', '<br>\n')}</p>`,
  );

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What GitHub does after Markdown: references become links, alerts get their boxes, graphs are drawn. Runs in the browser. */
const browser = `async function (theme) {
  for (const quote of document.querySelectorAll('.markdown-body blockquote')) {
    const first = quote.querySelector('p');
    const kind = /^\\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\]/.exec(first ? first.textContent : '');
    if (!kind) continue;
    const name = kind[1].toLowerCase();
    const box = document.createElement('div');
    box.className = 'markdown-alert markdown-alert-' + name;
    first.innerHTML = first.innerHTML.replace(/^\\[![A-Z]+\\](<br>)?\\s*/, '');
    box.innerHTML = '<p class="markdown-alert-title">' + name[0].toUpperCase() + name.slice(1) + '</p>' + quote.innerHTML;
    quote.replaceWith(box);
  }
  const walker = document.createTreeWalker(document.querySelector('.markdown-body'), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement.closest('a, code, pre')) continue;
    const parts = text.data.split(/(?<![\\w&#])(#\\d+)\\b/);
    if (parts.length < 2) continue;
    text.replaceWith(...parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const link = document.createElement('a');
      link.href = '#';
      link.textContent = part;
      return link;
    }));
  }
  mermaid.initialize({ startOnLoad: false, theme: theme === 'dark' ? 'dark' : 'default' });
  for (const code of document.querySelectorAll('code.language-mermaid')) {
    const graph = document.createElement('div');
    graph.className = 'mermaid';
    graph.textContent = code.textContent;
    code.parentElement.replaceWith(graph);
  }
  await mermaid.run();
  document.title = String(Math.ceil(document.documentElement.getBoundingClientRect().height));
}`;
