import { describe, expect, it } from 'vitest';
import { readRole } from '../../../src/config/role.ts';

const PATH = 'roles/backend.md';
const problems = (text: string): readonly string[] => {
  const read = readRole(PATH, text);
  return 'problems' in read ? read.problems : [];
};

describe('a definition of a role', () => {
  it('has a name, what it is for, a model, tools and a text, as agents of their own have it', () => {
    const text = `\ufeff---\nname: backend-developer\ndescription: "Builds APIs"\nmodel: opus\ntools: Read, Edit ,Bash(git *)\ncolor: blue\n---\n\n# Backend\n\nYou build.\n`;
    expect(readRole(PATH, text)).toEqual({
      role: {
        name: 'backend-developer',
        description: 'Builds APIs',
        model: 'opus',
        tools: ['Read', 'Edit', 'Bash(git *)'],
        text: '# Backend\n\nYou build.',
        path: PATH,
      },
    });
  });

  it('may leave all but its name away; a model that is inherited is none', () => {
    expect(readRole(PATH, '---\r\nname: a\r\nmodel: inherit\r\n---\r\n')).toEqual({
      role: { name: 'a', description: '', text: '', path: PATH },
    });
    expect(readRole(PATH, '---\nname: a\ntools: [Read]\n---\n')).toMatchObject({ role: { tools: ['Read'] } });
  });

  it.each([
    ['# Backend\n', `${PATH}:1: a role begins with front matter`],
    ['---\nname: a\n', `${PATH}:1: the front matter never ends`],
    ['---\nname: [a\n---\n', `${PATH}:2: `],
    ['---\ndescription: x\n---\n', `${PATH}:1: name is missing; expected a name of letters`],
    ['---\nname: two words\n---\n', `${PATH}:2: name is "two words"; expected a name of letters`],
    ['---\nname: a\nmodel: 7\n---\n', `${PATH}:3: model is 7; expected the name of a model, or inherit`],
    ['---\nname: a\ntools: { a: 1 }\n---\n', `${PATH}:3: tools is {"a":1}; expected names of tools`],
    [`---\nname: a\n---\n${'x'.repeat(50_001)}`, `${PATH}: longer than`],
  ])('names what is wrong with %j, with the line', (text, expected) => {
    const [first] = problems(text);
    expect(first).toContain(expected);
  });
});
