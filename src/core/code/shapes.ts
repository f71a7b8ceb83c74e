import { type Called, functionOf } from './callables.ts';
import type { Declared } from './declared.ts';
import { annotation, annotationOf, type Of, type Slice } from './nodes.ts';
import { keyName, value } from './values.ts';

/** An interface or a type alias, with its members where it has a shape of its own. */
export const typeOf = (node: Of<'TSInterfaceDeclaration'> | Of<'TSTypeAliasDeclaration'>, slice: Slice): Declared => {
  const name = node.id.name;
  const generics = slice(node.typeParameters) ?? '';
  if (node.type === 'TSTypeAliasDeclaration') {
    const shape = slice(node.typeAnnotation) ?? '';
    const members =
      node.typeAnnotation.type === 'TSTypeLiteral' ? membersOf(node.typeAnnotation.members, slice) : undefined;
    return {
      kind: 'type',
      text: `type ${name}${generics} = ${shape}`,
      type: `${generics} ${shape}`.trim(),
      ...(members === undefined ? {} : { members }),
    };
  }
  const parents = (node.extends ?? []).map((parent) => slice(parent) ?? '').join(' & ');
  const shape = slice(node.body) ?? '{}';
  return {
    kind: 'type',
    text: `interface ${name}${generics} ${parents === '' ? '' : `extends ${parents} `}${shape}`,
    type: `${generics} ${parents === '' ? '' : `${parents} & `}${shape}`.trim(),
    members: membersOf(node.body.body, slice),
  };
};

type TypeMembers = Of<'TSInterfaceDeclaration'>['body']['body'];

const membersOf = (nodes: TypeMembers, slice: Slice): ReadonlyMap<string, readonly Declared[]> => {
  const members = new Map<string, Declared[]>();
  for (const node of nodes) {
    const name = keyName(node);
    if (name === undefined) continue;
    const declared =
      node.type === 'TSMethodSignature'
        ? functionOf(name, node as Called, slice)
        : value(name, annotation(annotationOf(node), slice));
    members.set(name, [...(members.get(name) ?? []), declared]);
  }
  return members;
};
