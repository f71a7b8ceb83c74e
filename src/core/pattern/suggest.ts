import type { Fault } from './grammar.ts';

/** A segment such as `**.ts` or `src**` as its writer most likely meant it. */
const apart = (segment: string): string => {
  const at = segment.indexOf('**');
  if (at === -1 || segment === '**') return segment;
  const before = segment.slice(0, at);
  const after = segment.slice(at).replace(/^\*+/u, '');
  return [...(before === '' ? [] : [before]), '**', ...(after === '' ? [] : [`*${after}`])].join('/');
};

/** What the writer of a faulty pattern most likely meant; undefined when there is no telling. The caller checks that it is a pattern. */
export const suggest = (text: string, fault: Fault): string | undefined => {
  switch (fault) {
    case 'begins with `/`':
    case 'has an empty segment':
    case 'has a `.` segment': {
      const kept = text.split('/').filter((segment) => segment !== '' && segment !== '.');
      return kept.join('/') + (text.endsWith('/') ? '/' : '');
    }
    case 'contains a backslash':
      return text.replaceAll('\\', '/');
    case 'has a `**` that shares its segment':
      return text.split('/').map(apart).join('/');
    case 'has a brace with a single alternative':
      return text.replace(/\{([^{},]*)\}/gu, '$1');
    case 'has an empty alternative in a brace':
      return text.replace(/,{2,}/gu, ',').replaceAll('{,', '{').replaceAll(',}', '}');
    default:
      return undefined;
  }
};
