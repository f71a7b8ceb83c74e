import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { IssueText } from '#core/types.ts';
import { readFrontMatter } from './front-matter.ts';
import { Unreadable } from './unreadable.ts';

/** An issue as a file; `offset` is how many lines stand before its body. */
export type IssueFile = IssueText & { readonly file: string; readonly offset: number };

/** No issue is this big, and reading it would only fill the memory. Bytes. */
const LARGEST = 16 * 1024 * 1024;

/** Reads files as issues; throws `Unreadable` with the file's name for the first that is none. */
export const readIssueFiles = async (files: readonly string[]): Promise<readonly IssueFile[]> => {
  const known = new Map<number, string>();
  const issues: IssueFile[] = [];
  for (const file of files) {
    const read = await readIssueFile(file);
    const other = known.get(read.issue);
    if (other !== undefined) {
      const owner = other === file ? 'this file, which was given twice' : `${other}, too`;
      throw new Unreadable(`${file}: #${read.issue} is the number of ${owner}.`);
    }
    known.set(read.issue, file);
    issues.push(read);
  }
  return issues;
};

const readIssueFile = async (file: string): Promise<IssueFile> => {
  const front = await readFrontMatter(textOf(file));
  if ('fault' in front) throw new Unreadable(`${file} ${front.fault}.`);
  const name = basename(file, extname(file));
  const digits = /^\d+/.exec(name)?.[0] ?? '';
  const issue = front.issue ?? Number(digits);
  if (!(issue >= 1 && issue <= 999_999_999)) {
    throw new Unreadable(
      `${file} has no issue number: begin its name with one ("12-avatar.md"), or write "issue: 12" in its front matter.`,
    );
  }
  const title = front.title ?? name.slice(digits.length).replace(/^[\s._-]+/, '');
  return { issue, title, body: front.body, file, offset: front.lines };
};

/** A file's text without its byte order mark. */
const textOf = (file: string): string => {
  const bytes = bytesOf(file);
  if (bytes.length > LARGEST)
    throw new Unreadable(`${file} is ${Math.round(bytes.length / 1024 / 1024)} MB: too big for an issue.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Unreadable(`${file} is not UTF-8 text.`, { cause });
  }
  if (text.includes('\0')) throw new Unreadable(`${file} holds NUL bytes, so it is not a text.`);
  return text;
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read',
  ENOTDIR: 'does not exist',
};

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new Unreadable(`${file} ${REASONS[code] ?? `cannot be read (${code})`}.`, { cause });
  }
};
