import type { Json, JsonFile } from './read.ts';

/** How a file is laid out: one step of indentation, and its line end. */
export type Style = { readonly step: string; readonly end: string };

/** Layout of a file, from its first key. */
export const styleOf = (file: JsonFile): Style => {
  const lead = file.root.members[0]?.lead ?? '\n  ';
  const end = `${file.before}${lead}${file.after}`.includes('\r\n') ? '\r\n' : '\n';
  return { step: lead.slice(lead.lastIndexOf('\n') + 1) || '  ', end };
};

/** A value as it is written in a file of another layout, `depth` steps deep. */
export const inStyle = (value: Json, from: Style, to: Style, depth: number): string => {
  if (!value.text.includes('\n') || (from.step === to.step && from.end === to.end)) return value.text;
  if (value.kind === 'scalar') return value.text;
  const line = (steps: number) => `${to.end}${to.step.repeat(steps)}`;
  const parts =
    value.kind === 'object'
      ? value.members.map((member) => `${member.name}: ${inStyle(member.value, from, to, depth + 1)}`)
      : value.elements.map((element) => inStyle(element.value, from, to, depth + 1));
  const [open, close] = value.kind === 'object' ? '{}' : '[]';
  if (parts.length === 0) return `${open}${close}`;
  return `${open}${line(depth + 1)}${parts.join(`,${line(depth + 1)}`)}${line(depth)}${close}`;
};
