import type { ContractFinding, Integration } from '#core/types.ts';
import { count } from '#core/words/problems.ts';
import { codeCell, inline } from '#core/words/safe.ts';

const SIGN: Readonly<Record<ContractFinding['verdict'], string>> = {
  missing: '❌ missing',
  differs: '⚠️ differs',
  unchecked: '❓ not checkable',
  found: '✅ found',
};

/** What needs a person comes first. */
const URGENCY: readonly ContractFinding['verdict'][] = ['missing', 'differs', 'unchecked', 'found'];

/** One line about all contracts of a round; empty when its members name none. */
export const contractsLine = ({ contracts = [] }: Integration): string => {
  if (contracts.length === 0) return '';
  const told = URGENCY.flatMap((verdict) => {
    const many = contracts.filter((one) => one.verdict === verdict).length;
    return many === 0 ? [] : [`${many} ${SIGN[verdict].replace(/^\S+ /, '')}`];
  });
  return `${count(contracts.length, 'contract')} in the merged tree: ${told.join(', ')}`;
};

/** What the merged tree says to every contract of its members; at most so many rows. */
export const contractsTable = ({ contracts = [] }: Integration, most: number): string => {
  if (contracts.length === 0) return '';
  const sorted = [...contracts].sort(
    (a, b) => URGENCY.indexOf(a.verdict) - URGENCY.indexOf(b.verdict) || a.item - b.item,
  );
  return [
    '| | item | | interface | in the merged tree |',
    '| --- | --- | --- | --- | --- |',
    ...sorted.slice(0, most).map(row),
    ...(sorted.length > most ? [`| … | ${sorted.length - most} more | | | |`] : []),
  ].join('\n');
};

const row = (finding: ContractFinding): string => {
  const { item, verb, thing, promised, verdict, found, why } = finding;
  const [sign = '', ...word] = SIGN[verdict].split(' ');
  const path = promised === undefined ? '' : thing.replace(/ ?[^ ]+$/, '');
  const said = promised === undefined ? thing : [path, promised].filter(Boolean).join(' ');
  const there = found === undefined || verdict === 'found' ? '' : `: ${codeCell(found, 300)}`;
  const note = why === undefined ? '' : `${verdict === 'found' ? ' ' : there === '' ? ': ' : ', '}${inline(why, 200)}`;
  return `| ${sign} | #${item} | ${verb === 'file' ? 'file contract' : verb} | ${codeCell(said, 300)} | ${word.join(' ')}${there}${note} |`;
};
