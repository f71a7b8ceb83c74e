import { functionOf } from './callables.ts';
import type { Declared } from './declared.ts';
import { annotation, annotationOf, type Of, type Slice } from './nodes.ts';

/** What a name is given. */
export type Initial = NonNullable<Of<'VariableDeclaration'>['declarations'][number]['init']>;

/** A name with the type that is written, if any. */
export const value = (name: string, type: string | undefined): Declared => ({
  kind: 'value',
  text: type === undefined ? name : `${name}: ${type}`,
  ...(type === undefined ? {} : { type }),
});

/** A name and what it is given: a function by itself, or as what the annotation says. */
export const bound = (
  name: string,
  type: string | undefined,
  init: Initial | null | undefined,
  slice: Slice,
): Declared => {
  if (type !== undefined) return value(name, type);
  switch (init?.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return functionOf(name, init, slice);
    case 'ClassExpression':
      return classOf(init, slice);
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return bound(name, undefined, init.expression, slice);
    case 'TSAsExpression':
      return /^const$/.test(slice(init.typeAnnotation) ?? '')
        ? bound(name, undefined, init.expression, slice)
        : value(name, slice(init.typeAnnotation));
    default:
      return value(name, undefined);
  }
};

/** A class with what others can reach of it. */
export const classOf = (
  node: Pick<Of<'ClassDeclaration'>, 'id' | 'body' | 'superClass' | 'typeParameters'>,
  slice: Slice,
): Declared => {
  const members = new Map<string, Declared[]>();
  for (const member of node.body.body) {
    if (!('key' in member) || ('accessibility' in member && member.accessibility === 'private')) continue;
    const name = keyName(member);
    if (name === undefined) continue;
    const declared =
      'params' in member
        ? functionOf(name, member, slice)
        : 'value' in member
          ? bound(name, annotation(annotationOf(member), slice), member.value as Initial | null, slice)
          : value(name, undefined);
    members.set(name, [...(members.get(name) ?? []), declared]);
  }
  return { kind: 'class', text: `class ${node.id?.name ?? 'default'}`, members };
};

/** A name that is written as such; `#private` and computed ones are nobody's outside. */
export const keyName = (member: object): string | undefined => {
  if (!('key' in member) || ('computed' in member && member.computed === true)) return undefined;
  const key = member.key as { readonly type: string; readonly name?: string; readonly value?: unknown };
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' ? String(key.value) : undefined;
};
