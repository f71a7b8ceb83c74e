import { anyPath, type PathShape } from './path-shape.ts';
import type { Pattern } from './pattern.ts';
import { Product } from './product.ts';

/**
 * The shortest path that both patterns match: what one matches literally is spelled as it is written there. Time and
 * memory grow with the product of the two automata's sizes, whatever they hold.
 */
export const commonPath = (one: Pattern, other: Pattern, paths: PathShape = anyPath): string | undefined =>
  new Product(one.packed(), other.packed(), paths).shortest();
