import type { ContractFinding, ContractLine, Item, Plan } from '#core/types.ts';

/** One contract of a member that is in the merged tree, and where to look for what it is about. */
export type Question = Pick<ContractFinding, 'item' | 'verb' | 'thing' | 'promised'> & {
  readonly about:
    | { readonly kind: 'symbol'; readonly places: readonly string[]; readonly name: string; readonly sure: boolean }
    | { readonly kind: 'path'; readonly path: string }
    /** Texts of which one must stand somewhere; `part` of them may stand alone where the rest is put in front. */
    | {
        readonly kind: 'words';
        readonly words: readonly string[];
        readonly part?: string;
        /** What the item changed: there stands what it provides, and elsewhere what it consumes. */
        readonly own: readonly string[];
      }
    | { readonly kind: 'file'; readonly path: string; readonly content: string };
};

/** Files of one member that are searched for a symbol that names no path. */
const MOST_PLACES = 200;

/** Everything that the merged members, and the plan for all of them, promise and expect; each line once. */
export const contractQuestions = (plan: Plan, merged: readonly number[]): readonly Question[] => {
  const items = plan.items.filter((item) => merged.includes(item.issue));
  return [
    ...(plan.text?.files ?? []).map(
      ({ path, content }): Question => ({
        item: plan.issue,
        verb: 'file',
        thing: path,
        about: { kind: 'file', path, content },
      }),
    ),
    ...(plan.text?.contracts ?? []).map((line) => question(plan.issue, line, items)),
    ...items.flatMap((item) => item.text.contracts.map((line) => question(item.issue, line, items))),
  ];
};

const question = (item: number, line: ContractLine, items: readonly Item[]): Question => ({
  item,
  verb: line.verb,
  thing: line.thing,
  ...(line.signature === undefined ? {} : { promised: line.signature }),
  about: aboutOf(item, line, items),
});

const aboutOf = (item: number, line: ContractLine, items: readonly Item[]): Question['about'] => {
  const { path, thing } = line;
  if (path !== undefined)
    return thing === path
      ? { kind: 'path', path }
      : { kind: 'symbol', places: [path], name: thing.slice(path.length + 1), sure: true };
  const [kind = '', name = ''] = thing.split(' ');
  if (name === '') return { kind: 'symbol', places: placesOf(item, line, items), name: thing, sure: false };
  const own = items.filter((other) => other.issue === item).flatMap(changedFiles);
  return { kind: 'words', ...(['table', 'event', 'env'].includes(kind) ? { words: [name] } : endpoint(name)), own };
};

/** Files that the providers changed: a symbol without a path stands in one of them. */
const placesOf = (item: number, line: ContractLine, items: readonly Item[]): readonly string[] => {
  const provides = (other: Item): boolean =>
    other.text.contracts.some((one) => one.verb === 'provides' && one.thing.split(' ').at(-1) === line.thing);
  const asked = items.filter((other) =>
    line.verb === 'provides'
      ? other.issue === item
      : line.provider === undefined
        ? provides(other)
        : other.issue === line.provider,
  );
  return (asked.length === 0 ? items : asked).flatMap((other) => changedFiles(other).slice(0, MOST_PLACES));
};

const changedFiles = ({ state }: Item): readonly string[] =>
  'work' in state ? state.work.changes.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path) : [];

/** An address as routers spell its parameters: `/users/:id`, `/users/{id}`, `/users/<id>`, `/users/[id]`. */
const endpoint = (address: string): { readonly words: readonly string[]; readonly part?: string } => {
  const path = address.replace(/^https?:\/\/[^/]+/i, '').replace(/[?#].*$/, '');
  const parameter = /:(\w+)|\{(\w+)\}|<(?:\w+:)?(\w+)>|\[(\w+)\]/g;
  const spelled = (open: string, close: string): string =>
    path.replace(
      parameter,
      (_, a?: string, b?: string, c?: string, d?: string) => `${open}${a ?? b ?? c ?? d}${close}`,
    );
  const words = [path, spelled(':', ''), spelled('{', '}'), spelled('<', '>'), spelled('[', ']'), spelled('${', '}')];
  const part = /(?:\/[^/]+)?\/?$/.exec(path)?.[0] ?? '';
  return {
    words: [...new Set(words)].filter((word) => word !== '' && word !== '/'),
    ...(part !== '' && part !== path && !parameter.test(part) ? { part } : {}),
  };
};
