/** A parameter as a caller sees it; `type` is absent where the code does not write one. */
export type Parameter = { readonly optional: boolean; readonly rest: boolean; readonly type?: string };

/** What is called: `generics` between the angle brackets; `result` absent where the code does not write one. */
export type Callable = {
  readonly generics?: string;
  readonly parameters: readonly Parameter[];
  readonly result?: string;
};

/** What a name stands for, without its body. Several declarations of one name are overloads, or an interface in parts. */
export type Declared = {
  readonly kind: 'function' | 'class' | 'value' | 'type' | 'module';
  /** The declaration as a person would write it into a contract, on one line. */
  readonly text: string;
  readonly callable?: Callable;
  /** The type of a value, or the shape of a type; absent where it is not written. */
  readonly type?: string;
  /** Methods and properties of a class or an interface that others can reach. */
  readonly members?: ReadonlyMap<string, readonly Declared[]>;
};

/** A callable under a name, as text. */
export const callableText = (name: string, { generics, parameters, result }: Callable): string => {
  const all = parameters.map(({ rest, optional, type }, at) => {
    const mark = optional && !rest ? '?' : '';
    return `${rest ? '...' : ''}p${at}${mark}${type === undefined ? '' : `: ${type}`}`;
  });
  return `${name}${generics === undefined ? '' : `<${generics}>`}(${all.join(', ')})${result === undefined ? '' : `: ${result}`}`;
};
