import type { Item } from '#core/types.ts';
import { codeCell } from '#core/words/safe.ts';

/** The contract table of an item: what it gives to others and what it takes. */
export const contractTable = (item: Item): string =>
  item.text.contracts.length === 0
    ? '_None._'
    : [
        '| | interface |',
        '| --- | --- |',
        ...item.text.contracts
          .slice(0, 100)
          .map(
            (line) =>
              `| ${line.verb}${line.existing ? ' existing' : ''} | ${codeCell([line.path, line.signature].filter(Boolean).join(' ') || line.thing, 300)} |`,
          ),
      ].join('\n');
