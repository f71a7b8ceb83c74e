import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Finding, failing, fine, warning } from './finding.ts';

const MANIFEST = z.object({
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});
const RANK = ['read', 'write', 'admin'];

/** What an app lacks of what `app.yml` asks for, so that one registered long ago is told apart from one of today. */
export const missingFrom = async (
  has: { readonly permissions: unknown; readonly events: unknown },
  settings: string,
): Promise<readonly Finding[]> => {
  const manifest = MANIFEST.parse(
    parse(await readFile(fileURLToPath(new URL('../../../app.yml', import.meta.url)), 'utf8')),
  );
  const permissions = z.record(z.string(), z.string().optional()).catch({}).parse(has.permissions);
  const events = z.array(z.string()).catch([]).parse(has.events);
  const lacking = Object.entries(manifest.default_permissions)
    .filter(([name, level]) => RANK.indexOf(permissions[name] ?? '') < RANK.indexOf(level))
    .map(([name, level]) => `${name}: ${level}`);
  const deaf = manifest.default_events.filter((event) => !events.includes(event));
  return [
    lacking.length === 0
      ? fine('permissions', 'the app may do what it needs to')
      : failing(
          'permissions',
          `the app lacks ${lacking.join(', ')}`,
          `Grant them at ${settings}/permissions, then accept the change where it is installed`,
        ),
    deaf.length === 0
      ? fine('events', 'the app hears what it needs to')
      : warning(
          'events',
          `the app does not hear of ${deaf.join(', ')}; it looks now and then instead`,
          `Tick them at ${settings}/permissions`,
        ),
  ];
};
