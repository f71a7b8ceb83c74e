import { describe, expect, it } from 'vitest';
import { COMMANDS, readCommand } from '#core/intake/command.ts';

const none = { kind: 'none' };
const command = (verb: string, issues: number[] = [], text = '') => ({
  kind: 'command',
  command: { verb, issues, text },
});

describe('a comment', () => {
  it.each([
    ['/parallel start', command('start')],
    ['/parallel Start  ', command('start')],
    ['/parallel retry #3 #4', command('retry', [3, 4])],
    ['/parallel retry #3, #4,#5', command('retry', [3, 4, 5])],
    ['/parallel fix the test of #3 please', command('fix', [], 'the test of #3 please')],
    ['/parallel fix #3 use `x`\nmore words', command('fix', [3], 'use `x`')],
    ['/parallel\tstatus\r\nthanks', command('status')],
    ['/parallel', { kind: 'unknown', verb: '' }],
    ['/parallel strat', { kind: 'unknown', verb: 'strat', didYouMean: 'start' }],
    ['/parallel canel', { kind: 'unknown', verb: 'canel', didYouMean: 'cancel' }],
    ['/parallel holdd', { kind: 'unknown', verb: 'holdd', didYouMean: 'hold' }],
    ['/parallel frobnicate', { kind: 'unknown', verb: 'frobnicate' }],
    ['/parallelize start', none],
    ['/Parallel start', none],
    [' /parallel start', none],
    ['\n/parallel start', none],
    ['please\n/parallel start', none],
    ['> /parallel start', none],
    ['`/parallel start`', none],
    ['```\n/parallel start\n```', none],
    ['    /parallel start', none],
    ['/merge', none],
    ['@bot /parallel start', none],
    ['<!-- x -->/parallel start', none],
    ['\u200b/parallel start', none],
    ['', none],
  ])('%j is read as %j', (body, expected) => {
    expect(readCommand(body)).toEqual(expected);
  });

  it('knows the whole table', () => {
    expect(COMMANDS.map(({ verb }) => verb)).toEqual([
      'check',
      'init',
      'decompose',
      'plan',
      'approve',
      'start',
      'pause',
      'resume',
      'cancel',
      'retry',
      'fix',
      'review',
      'hold',
      'unhold',
      'integrate',
      'status',
      'help',
    ]);
    expect(COMMANDS.filter(({ who }) => who === 'triage').map(({ verb }) => verb)).toEqual(['check', 'status', 'help']);
    for (const { verb } of COMMANDS) expect(readCommand(`/parallel ${verb}`)).toEqual(command(verb));
  });
});
