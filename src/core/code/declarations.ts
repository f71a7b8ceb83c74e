import type { Callable, Declared, Parameter } from './declared.ts';
import type { Code } from './parse.ts';

type Statement = Code['program']['body'][number];
type Of<Type extends Statement['type']> = Extract<Statement, { readonly type: Type }>;
type Class = Of<'ClassDeclaration'>;
type Initial = NonNullable<Of<'VariableDeclaration'>['declarations'][number]['init']>;
/** Anything with parameters and a result, whatever Babel calls it. */
type Called = {
  readonly params?: readonly ParameterNode[];
  readonly parameters?: readonly ParameterNode[];
  readonly typeParameters?: Ranged | null;
  readonly returnType?: Ranged | null;
  readonly typeAnnotation?: Ranged | null;
};
type ParameterNode =
  | Of<'FunctionDeclaration'>['params'][number]
  | { readonly type: 'TSParameterProperty' | 'ArrayPattern' };
type Ranged = { readonly type: string; readonly start?: number | null; readonly end?: number | null };
/** Source text of a node. */
type Slice = (node: Ranged | null | undefined) => string | undefined;

/** Names that a statement declares, with what they stand for. */
export const declarations = (statement: Statement, source: string): readonly (readonly [string, Declared])[] => {
  const slice = slicing(source);
  switch (statement.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return [[statement.id?.name ?? 'default', functionOf(statement.id?.name ?? 'default', statement, slice)]];
    case 'ClassDeclaration':
      return [[statement.id?.name ?? 'default', classOf(statement, slice)]];
    case 'VariableDeclaration':
      return statement.declarations.flatMap(({ id, init }) => {
        if (id.type !== 'Identifier') return namesIn(id).map((name) => [name, value(name, undefined)] as const);
        return [[id.name, bound(id.name, annotation(id.typeAnnotation, slice), init, slice)] as const];
      });
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return [[statement.id.name, typeOf(statement, slice)]];
    case 'TSEnumDeclaration':
      return [[statement.id.name, { kind: 'type', text: `enum ${statement.id.name}` }]];
    case 'TSModuleDeclaration':
      return statement.id.type === 'Identifier'
        ? [[statement.id.name, { kind: 'module', text: `namespace ${statement.id.name}` }]]
        : [];
    default:
      return [];
  }
};

/** What an expression is that gets a name: `module.exports.f = () => …`, `export default class …`. */
export const expressed = (name: string, expression: Initial | Ranged, source: string): Declared =>
  bound(name, undefined, expression as Initial, slicing(source));

const slicing =
  (source: string): Slice =>
  (node) =>
    node?.start == null || node.end == null ? undefined : oneLine(source.slice(node.start, node.end));

const oneLine = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** `: T` as `T`. */
const annotation = (node: Ranged | null | undefined, slice: Slice): string | undefined =>
  slice(node)?.replace(/^(?::|=>)\s*/, '');

const functionOf = (name: string, node: Called, slice: Slice): Declared => {
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

const annotationOf = (node: object): Ranged | null | undefined =>
  'typeAnnotation' in node ? (node.typeAnnotation as Ranged | null) : undefined;

const typed = (node: Ranged | null | undefined, slice: Slice): { readonly type?: string } => {
  const type = annotation(node, slice);
  return type === undefined ? {} : { type };
};

const value = (name: string, type: string | undefined): Declared => ({
  kind: 'value',
  text: type === undefined ? name : `${name}: ${type}`,
  ...(type === undefined ? {} : { type }),
});

/** A name and what it is given: a function by itself, or as what the annotation says. */
const bound = (name: string, type: string | undefined, init: Initial | null | undefined, slice: Slice): Declared => {
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

const classOf = (node: Pick<Class, 'id' | 'body' | 'superClass' | 'typeParameters'>, slice: Slice): Declared => {
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
const keyName = (member: object): string | undefined => {
  if (!('key' in member) || ('computed' in member && member.computed === true)) return undefined;
  const key = member.key as { readonly type: string; readonly name?: string; readonly value?: unknown };
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' ? String(key.value) : undefined;
};

const typeOf = (node: Of<'TSInterfaceDeclaration'> | Of<'TSTypeAliasDeclaration'>, slice: Slice): Declared => {
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

/** Names of a destructuring pattern. */
const namesIn = (pattern: Ranged): readonly string[] => {
  if (pattern.type === 'ObjectPattern' && 'properties' in pattern)
    return (pattern.properties as readonly Ranged[]).flatMap((property) =>
      'value' in property
        ? namesIn(property.value as Ranged)
        : 'argument' in property
          ? namesIn(property.argument as Ranged)
          : [],
    );
  if (pattern.type === 'ArrayPattern' && 'elements' in pattern)
    return (pattern.elements as readonly (Ranged | null)[]).flatMap((element) =>
      element === null ? [] : namesIn(element),
    );
  if (pattern.type === 'AssignmentPattern' && 'left' in pattern) return namesIn(pattern.left as Ranged);
  return pattern.type === 'Identifier' && 'name' in pattern ? [String(pattern.name)] : [];
};
