import type { Callable, Declared, Parameter } from './declared.ts';
import { annotation, annotationOf, type Of, type Ranged, type Slice } from './nodes.ts';

type ParameterNode =
  | Of<'FunctionDeclaration'>['params'][number]
  | { readonly type: 'TSParameterProperty' | 'ArrayPattern' };

/** Anything with parameters and a result, whatever Babel calls it. */
export type Called = {
  readonly params?: readonly ParameterNode[];
  readonly parameters?: readonly ParameterNode[];
  readonly typeParameters?: Ranged | null;
  readonly returnType?: Ranged | null;
  readonly typeAnnotation?: Ranged | null;
};

/** A function, a method, or the promise of one. */
export const functionOf = (name: string, node: Called, slice: Slice): Declared => {
  const callable = callableOf(node, slice);
  const written = (node.params ?? node.parameters ?? []).map((parameter) => slice(parameter as Ranged) ?? '_');
  const generics = callable.generics === undefined ? '' : `<${callable.generics}>`;
  const result = callable.result === undefined ? '' : `: ${callable.result}`;
  return { kind: 'function', text: `${name}${generics}(${written.join(', ')})${result}`, callable };
};

const callableOf = (node: Called, slice: Slice): Callable => {
  const generics = slice(node.typeParameters)?.replace(/^<|>$/g, '').replace(/,\s*$/, '');
  const result = annotation(node.returnType ?? (node.params === undefined ? node.typeAnnotation : undefined), slice);
  const parameters = (node.params ?? node.parameters ?? [])
    .filter((parameter) => !(parameter.type === 'Identifier' && parameter.name === 'this'))
    .map((parameter) => parameterOf(parameter, slice));
  return {
    parameters,
    ...(generics === undefined ? {} : { generics }),
    ...(result === undefined ? {} : { result }),
  };
};

const parameterOf = (node: ParameterNode, slice: Slice): Parameter => {
  switch (node.type) {
    case 'RestElement':
      return { rest: true, optional: false, ...typed(node.typeAnnotation ?? annotationOf(node.argument), slice) };
    case 'AssignmentPattern':
      return { rest: false, optional: true, ...typed(annotationOf(node.left), slice) };
    case 'TSParameterProperty':
      return 'parameter' in node
        ? parameterOf(node.parameter as ParameterNode, slice)
        : { rest: false, optional: false };
    default:
      return {
        rest: false,
        optional: 'optional' in node && node.optional === true,
        ...typed(annotationOf(node), slice),
      };
  }
};

const typed = (node: Ranged | null | undefined, slice: Slice): { readonly type?: string } => {
  const type = annotation(node, slice);
  return type === undefined ? {} : { type };
};
