import { declarations, expressed } from './declarations.ts';
import type { Declared } from './declared.ts';
import { type Code, parseScript } from './parse.ts';

/** What a module gives to others. */
export type Exports = {
  readonly named: ReadonlyMap<string, readonly Declared[]>;
  /** Names that are another module's; the name `*` there is the module as a whole. */
  readonly passedOn: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  /** Modules of which everything is given on. */
  readonly all: readonly string[];
  /** Declared at the top, exported or not. */
  readonly declared: ReadonlySet<string>;
};

type Statement = Code['program']['body'][number];

/** Reads what a file exports; undefined for what is no JavaScript or TypeScript, or cannot be parsed. */
export const exportsOf = (path: string, text: string): Exports | undefined => {
  const code = parseScript(path, text);
  if (code === undefined) return undefined;
  const reader = new Reader(text);
  for (const statement of code.program.body) reader.declare(statement);
  for (const statement of code.program.body) reader.export(statement);
  return reader;
};

class Reader implements Exports {
  readonly named = new Map<string, Declared[]>();
  readonly passedOn = new Map<string, { readonly from: string; readonly name: string }>();
  readonly all: string[] = [];
  readonly #local = new Map<string, Declared[]>();
  readonly #imported = new Map<string, { readonly from: string; readonly name: string }>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get declared(): ReadonlySet<string> {
    return new Set(this.#local.keys());
  }

  declare(statement: Statement): void {
    const inner =
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') &&
      statement.declaration != null
        ? (statement.declaration as Statement)
        : statement;
    for (const [name, declared] of declarations(inner, this.#text))
      this.#local.set(name, [...(this.#local.get(name) ?? []), declared]);
    if (statement.type !== 'ImportDeclaration') return;
    for (const one of statement.specifiers) {
      const name =
        one.type === 'ImportSpecifier' ? nameOf(one.imported) : one.type === 'ImportDefaultSpecifier' ? 'default' : '*';
      this.#imported.set(one.local.name, { from: statement.source.value, name });
    }
  }

  export(statement: Statement): void {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        for (const [name] of statement.declaration == null ? [] : declarations(statement.declaration, this.#text))
          this.#give(name, name);
        for (const one of statement.specifiers) {
          const exported = nameOf(one.exported);
          const source = statement.source?.value;
          if (one.type === 'ExportNamespaceSpecifier') this.passedOn.set(exported, { from: source ?? '', name: '*' });
          else if (one.type === 'ExportSpecifier' && source !== undefined)
            this.passedOn.set(exported, { from: source, name: nameOf(one.local) });
          else if (one.type === 'ExportSpecifier') this.#give(exported, nameOf(one.local));
        }
        break;
      case 'ExportAllDeclaration':
        this.all.push(statement.source.value);
        break;
      case 'ExportDefaultDeclaration':
        this.#default(statement.declaration as Statement | { readonly type: 'Identifier'; readonly name: string });
        break;
      case 'TSExportAssignment':
        if (statement.expression.type === 'Identifier') this.#give('default', statement.expression.name);
        break;
      case 'ExpressionStatement':
        if (statement.expression.type === 'AssignmentExpression') this.#assign(statement.expression);
        break;
      default:
    }
  }

  #give(exported: string, local: string): void {
    const imported = this.#imported.get(local);
    if (imported !== undefined) this.passedOn.set(exported, imported);
    else this.named.set(exported, this.#local.get(local) ?? []);
  }

  /** A default export is found under its own name too: that is how a contract calls it. */
  #default(declaration: Statement | { readonly type: 'Identifier'; readonly name: string }): void {
    if (declaration.type === 'Identifier') {
      this.#give('default', declaration.name);
      this.#give(declaration.name, declaration.name);
      return;
    }
    const found = declarations(declaration, this.#text);
    for (const [name] of found) {
      this.#give('default', name);
      this.#give(name, name);
    }
    if (found.length === 0) this.named.set('default', [expressed('default', declaration, this.#text)]);
  }

  /** `module.exports = { a, b }`, `module.exports.a = …`, `exports.a = …`. */
  #assign({ left, right }: { readonly left: object; readonly right: object }): void {
    const target = memberName(left);
    if (target === 'module.exports' && 'properties' in right) {
      for (const property of right.properties as readonly { readonly key?: object; readonly value?: object }[]) {
        const name = property.key === undefined ? undefined : nameOf(property.key);
        if (name === undefined || property.value === undefined) continue;
        this.#assigned(name, property.value);
      }
    } else if (target === 'module.exports') this.#assigned('default', right);
    else {
      const name = /^(?:module\.)?exports\.(.+)$/.exec(target ?? '')?.[1];
      if (name !== undefined) this.#assigned(name, right);
    }
  }

  #assigned(name: string, value: object): void {
    if ('type' in value && value.type === 'Identifier' && 'name' in value) {
      this.#give(name, String(value.name));
      if (name === 'default') this.#give(String(value.name), String(value.name));
    } else this.named.set(name, [expressed(name, value as { readonly type: string }, this.#text)]);
  }
}

const nameOf = (node: object): string =>
  'name' in node ? String(node.name) : 'value' in node ? String(node.value) : '';

const memberName = (node: object): string | undefined => {
  if ('name' in node) return String(node.name);
  if (!('object' in node) || !('property' in node) || ('computed' in node && node.computed === true)) return undefined;
  const object = memberName(node.object as object);
  return object === undefined ? undefined : `${object}.${nameOf(node.property as object)}`;
};
