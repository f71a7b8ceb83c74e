import { declarations } from '#core/code/declarations.ts';
import { type Callable, callableText, type Declared, type Parameter } from '#core/code/declared.ts';
import { parseScript } from '#core/code/parse.ts';
import { normalSignature } from './signature.ts';

/** `unknown`: what is written on the two sides does not suffice to tell. */
export type Agreement = 'same' | 'differs' | 'unknown';

/**
 * Is what stands in the code what the contract promised? White space, names of parameters and the like do not count, as
 * in the check of contracts against each other. What one side does not write (a type in JavaScript, a result that is
 * inferred) is not held against it.
 */
export const compare = (promised: string, name: string, found: readonly Declared[]): Agreement => {
  const wanted = readSignature(promised, name);
  const answers = found.map((declared) =>
    wanted === undefined ? asText(promised, declared) : asDeclared(wanted, declared, name),
  );
  if (answers.includes('same')) return 'same';
  // An interface may be written in parts, which only together are what was promised.
  if (answers.includes('unknown') || found.filter(({ kind }) => kind === 'type').length > 1) return 'unknown';
  return answers.length === 0 ? 'unknown' : 'differs';
};

/** A contract's signature as a declaration: methods stand behind their class (`Store.get(id: string): Item`). */
const readSignature = (promised: string, name: string): Declared | undefined => {
  const last = name.split('.').at(-1) ?? name;
  const bare = promised
    .replace(/;\s*$/, '')
    .replace(/^(?:(?:export|default|declare|abstract|async|public|static|override)\s+)+/, '')
    .replace(name, last);
  const arrow = bare.replace(/\)\s*(?:=>|->)\s*(?=[^=>]+$)/, '): ');
  const tries = [
    bare,
    `declare function ${bare.replace(/^function\s*\*?\s*/, '')}`,
    `declare function ${arrow.replace(/^function\s*\*?\s*/, '')}`,
    `declare const ${bare.replace(/^(?:const|let|var)\s+/, '')}`,
    `${bare} {}`,
    `const ${bare.replace(/^(?:const|let|var)\s+/, '')} => undefined`,
  ];
  for (const text of tries) {
    const code = parseScript('contract.ts', text);
    const [statement, ...more] = code?.program.body ?? [];
    if (code === undefined || statement === undefined || more.length > 0 || (code.errors?.length ?? 0) > 0) continue;
    const declared = declarations(statement, text).find(([found]) => found === last)?.[1];
    if (declared !== undefined) return declared;
  }
  return undefined;
};

/** What is not in TypeScript's shape is compared as its words. */
const asText = (promised: string, found: Declared): Agreement =>
  normalSignature(promised) === normalSignature(found.text) ? 'same' : 'unknown';

const asDeclared = (wanted: Declared, found: Declared, name: string): Agreement => {
  if (wanted.callable !== undefined)
    return found.callable !== undefined
      ? sameCallable(wanted.callable, found.callable)
      : found.kind === 'value' && found.type !== undefined && /=>/.test(found.type)
        ? sameType(`${name}${callableText('', wanted.callable)}`, `${name}: ${found.type}`)
        : found.kind === 'type' || found.kind === 'module'
          ? 'differs'
          : 'unknown';
  if (wanted.kind === 'class' || found.kind === 'class') return sameClass(wanted, found);
  if (wanted.type === undefined || found.type === undefined)
    return (wanted.kind === 'value') === (found.kind === 'value' || found.kind === 'function') ? 'same' : 'differs';
  if (wanted.kind !== found.kind) return 'differs';
  return sameType(`f(): ${wanted.type}`, `f(): ${found.type}`);
};

const sameType = (one: string, other: string): Agreement =>
  normalSignature(one) === normalSignature(other) ? 'same' : 'differs';

/** A class keeps its promise when it has the members that were promised; it may have more. */
const sameClass = (wanted: Declared, found: Declared): Agreement => {
  if (wanted.kind !== 'class' || found.kind !== 'class') return wanted.kind === found.kind ? 'same' : 'differs';
  const answers = [...(wanted.members ?? [])].flatMap(([name, promises]) => {
    const there = found.members?.get(name) ?? [];
    return promises.map((promise): Agreement => {
      if (there.length === 0) return 'differs';
      const each = there.map((one) => asDeclared(promise, one, name));
      return each.includes('same') ? 'same' : each.includes('unknown') ? 'unknown' : 'differs';
    });
  });
  return answers.includes('differs') ? 'differs' : answers.includes('unknown') ? 'unknown' : 'same';
};

const sameCallable = (wanted: Callable, found: Callable): Agreement => {
  const [left, right] = levelled(wanted, found);
  return sameType(callableText('f', left), callableText('f', right));
};

/** Both with only those types that both write; without types there are no names for them either. */
const levelled = (one: Callable, other: Callable): readonly [Callable, Callable] => {
  const typed = (at: number): boolean =>
    one.parameters[at]?.type !== undefined && other.parameters[at]?.type !== undefined;
  const result = one.result !== undefined && other.result !== undefined;
  const whole = result && one.parameters.every((_, at) => typed(at));
  const level = ({ generics, parameters, result: type }: Callable): Callable => ({
    parameters: parameters.map((parameter, at): Parameter => {
      const { rest, optional } = parameter;
      return typed(at) && parameter.type !== undefined ? { rest, optional, type: parameter.type } : { rest, optional };
    }),
    ...(whole && generics !== undefined ? { generics } : {}),
    ...(result && type !== undefined ? { result: type } : {}),
  });
  return [level(one), level(other)];
};
