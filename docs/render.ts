/**
 * Draws every kind of report as people see it on GitHub: `npm run pictures`, or `npm run pictures -- NAME…` for some.
 * Needs Chromium (`sudo apt-get install -y chromium fonts-noto-color-emoji`).
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { photograph } from './pictures/chromium.ts';
import { pageOf, type Theme } from './pictures/html.ts';
import { reports } from './pictures/reports.ts';

const names = process.argv.slice(2);
const mermaid = import.meta.resolve('mermaid/dist/mermaid.min.js');
const STYLES: Readonly<Record<Theme, string>> = {
  light: import.meta.resolve('github-markdown-css/github-markdown-light.css'),
  dark: import.meta.resolve('github-markdown-css/github-markdown-dark.css'),
};
const target = join(import.meta.dirname, 'pictures');
const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
try {
  const wanted = reports().filter(({ name }) => names.length === 0 || names.includes(name));
  const pages: { readonly url: string; readonly png: string }[] = [];
  await mkdir(target, { recursive: true });
  for (const theme of ['light', 'dark'] satisfies Theme[]) {
    const css = await readFile(new URL(STYLES[theme]), 'utf8');
    for (const report of wanted) {
      const path = join(folder, `${report.name}-${theme}.html`);
      await writeFile(path, pageOf(report, theme, { css, mermaid }));
      pages.push({ url: pathToFileURL(path).href, png: join(target, `${report.name}-${theme}.png`) });
    }
  }
  await photograph(pages);
  for (const { png } of pages) process.stdout.write(`${png} ${Math.round((await stat(png)).size / 1024)} KB\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
