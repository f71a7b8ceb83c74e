import { z } from 'zod';
import type { Role } from '#core/types.ts';
import { line, name } from './field.ts';
import { readFile } from './read-file.ts';

const TOOLS = 'names of tools, separated by commas or as a list';
const tool = () => z.string(TOOLS).trim().min(1, TOOLS).max(200, TOOLS);

/** Front matter of a role. Other keys are somebody else's: agents' own definitions have more. */
const ROLE = z.object(
  {
    name: name('a name of letters, digits, "-", "_" and "."'),
    description: line('a line that says what the role is for').optional(),
    model: line('the name of a model, or inherit').optional(),
    tools: z
      .union(
        [
          z.string(TOOLS).transform((text) =>
            text
              .split(',')
              .map((one) => one.trim())
              .filter(Boolean),
          ),
          z.array(tool()),
        ],
        TOOLS,
      )
      .optional(),
  },
  'keys and values',
);

/** More than this is no definition of a role, characters. */
const LONGEST = 50_000;
const FENCE = /^---[ \t]*$/;

/**
 * Reads the definition of a role: Markdown with YAML front matter (`name`, `description`, `model`, `tools`), as agents'
 * own definitions have it. Or what is wrong with it, a sentence each that begins with the path and the line.
 */
export const readRole = (
  path: string,
  text: string,
): { readonly role: Role } | { readonly problems: readonly string[] } => {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  if (text.length > LONGEST) return { problems: [`${path}: longer than ${LONGEST} characters.`] };
  if (!FENCE.test(lines[0] ?? ''))
    return { problems: [`${path}:1: a role begins with front matter: a line "---", then name and description.`] };
  const end = lines.findIndex((one, at) => at > 0 && FENCE.test(one));
  if (end < 0) return { problems: [`${path}:1: the front matter never ends; close it with a line "---".`] };
  // An empty line stands for the fence, so that problems name the lines of the file.
  const read = readFile(ROLE, `\n${lines.slice(1, end).join('\n')}`, path, () => Object.keys(ROLE.shape));
  if (!read.ok) return { problems: read.problems };
  const { name: called, description = '', model, tools } = read.value;
  return {
    role: {
      name: called,
      description,
      text: lines
        .slice(end + 1)
        .join('\n')
        .trim(),
      path,
      ...(model === undefined || model === 'inherit' ? {} : { model }),
      ...(tools === undefined ? {} : { tools }),
    },
  };
};
