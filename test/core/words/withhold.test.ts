import { expect, it } from 'vitest';
import { secretFinder } from '#core/guard/known-secrets.ts';
import { withhold } from '#core/words/withhold.ts';

const KEY = 'operators-model-key-0123456789';
const shown = withhold(secretFinder([{ name: 'the OpenAI key', value: KEY }]));

it('takes the line that holds a secret out of a text, and keeps the others', () => {
  expect(shown(`one\ntwo ${KEY}\nthree`)).toBe('one\n(a line is not shown: it held the OpenAI key)\nthree');
});

it('shows nothing of a text in which a secret runs over several lines', () => {
  const broken = btoa(KEY).replace(/.{10}/g, '$&\n');
  expect(shown(`before\n${broken}\nafter`)).toBe('(this text is not shown: it held the OpenAI key)');
});

it('leaves all other text as it is', () => {
  expect(shown('nothing\n\nto hide')).toBe('nothing\n\nto hide');
});
