import { functionOf } from './callables.ts';
import type { Declared } from './declared.ts';
import { annotation, type Ranged, type Statement, slicing } from './nodes.ts';
import { typeOf } from './shapes.ts';
import { bound, classOf, type Initial, value } from './values.ts';

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
