/** Places of a package beside a registry: an address of any kind, or `owner/name` of a code host. */
const ADDRESS = /^(?:[a-z][a-z+.-]*:|git@)|:\/\/|^[\w.-]+\/[\w.-]+(?:#|$)/i;
/** Prefixes that name something of the repository itself, or say nothing about the place. */
const OWN = /^(?:workspace|file|link|portal|catalog|patch):|^[./~]/i;

/**
 * What a requirement of npm really brings under a name: the package behind an alias, or whatever lies at an address. The
 * name alone would let anything in under one that is allowed.
 */
export const behind = (name: string, spec: unknown): string => {
  if (typeof spec !== 'string' || OWN.test(spec)) return name;
  const alias = /^(?:npm|jsr):\/?(@[^/@]+\/[^@/]+|[^@/]+)/i.exec(spec)?.[1];
  if (alias !== undefined) return /^\d|^[~^*<>=]/.test(alias) ? name : alias;
  // What stands behind the mark is a version.
  return ADDRESS.test(spec) ? spec.replace(/#.*$/s, '') : name;
};
