import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const WIDTH = 940;
/** Pixels for each of the page: sharp on most screens, and small as a file. */
const SCALE = 1.4;

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  `--force-device-scale-factor=${SCALE}`,
  // Scripts of the page have this long, in the page's own time.
  '--virtual-time-budget=10000',
];

/** Photographs pages, as high as each of them is. Throws when Chromium is missing or takes more than a minute. */
export const photograph = async (pages: readonly { readonly url: string; readonly png: string }[]): Promise<void> => {
  const profile = await mkdtemp(join(tmpdir(), 'pictures-'));
  const chromium = async (...words: string[]): Promise<string> =>
    (
      await run('chromium', [...FLAGS, `--user-data-dir=${profile}`, ...words], {
        timeout: 60_000,
        maxBuffer: 50_000_000,
      })
    ).stdout;
  try {
    for (const { url, png } of pages) {
      const height = /<title>(\d+)<\/title>/.exec(await chromium(`--window-size=${WIDTH},800`, '--dump-dom', url))?.[1];
      if (height === undefined) throw new Error(`The page ${url} did not tell its height: its scripts failed.`);
      await chromium(`--window-size=${WIDTH},${height}`, `--screenshot=${png}`, url);
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
};
