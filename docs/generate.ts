import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generated } from './reference.ts';

/** Writes what is made from the schemas of the configuration: `npm run docs`. */
const checkout = fileURLToPath(new URL('..', import.meta.url));
for (const [path, text] of Object.entries(generated())) {
  await mkdir(dirname(join(checkout, path)), { recursive: true });
  await writeFile(join(checkout, path), text);
  process.stdout.write(`${path}\n`);
}
