/**
 * Draws every kind of report as people see it on GitHub: `npm run pictures`, or `node docs/render.ts [--modules FOLDER] [NAME…]`.
 * Needs Chromium, and the packages github-markdown-css and mermaid: installed, or unpacked in FOLDER.
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { photograph } from './pictures/chromium.ts';
import { pageOf, type Theme } from './pictures/html.ts';
import { reports } from './pictures/reports.ts';

const { values, positionals } = parseArgs({ options: { modules: { type: 'string' } }, allowPositionals: true });
const modules = createRequire(
  values.modules === undefined ? import.meta.url : join(resolve(values.modules), 'from-here.js'),
);
const mermaid = pathToFileURL(modules.resolve('mermaid/dist/mermaid.min.js')).href;
const target = join(import.meta.dirname, 'pictures');
const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
try {
  const wanted = reports().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const pages: { readonly url: string; readonly png: string }[] = [];
  await mkdir(target, { recursive: true });
  for (const theme of ['light', 'dark'] satisfies Theme[]) {
    const css = await readFile(modules.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
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
