import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stripHidden } from '#core/intake/hidden-text.ts';
import { worked } from '../../services/worked.ts';
import { PAYLOADS, SECRET } from './payloads.ts';

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u{1b}]/u;
const lines = (text: string): number => text.split('\n').length;

describe('hidden text does not reach an agent', () => {
  test.each(PAYLOADS)('$name', ({ text, counted }) => {
    const stripped = stripHidden(text);
    expect(stripped.text).not.toContain(SECRET);
    expect(stripped.text).not.toContain(SECRET.slice(-9));
    expect(stripped.text).not.toMatch(INVISIBLE);
    expect(stripped.text).not.toMatch(/&|<!--/u);
    expect(lines(stripped.text)).toBe(lines(text));
    expect(stripped.count > 0).toBe(counted);
    expect(stripped.line !== undefined).toBe(counted);
  });

  test('at most one joiner stays in a row, where a script has them', () => {
    const joiners = '\u{200c}\u{200d}\u{200c}\u{200c}';
    expect(stripHidden(`می${joiners}خواهم`)).toEqual({ text: 'می\u{200c}خواهم', count: 3, line: 1 });
  });
});

describe('ordinary text is left as it is', () => {
  test.each([
    ['Arabic', 'السلام عليكم، أضف صورة المستخدم (٢ ميغابايت) إلى الملف الشخصي؟ مَرْحَبًا بِكُم'],
    ['Hebrew', 'שָׁלוֹם עולם: הוסף תמונת פרופיל עד 2MB, בבקשה. צה״ל'],
    ['Persian', 'می‌خواهم پرونده‌ها را به‌روز کنم؛ نمی‌شود؟'],
    ['Hindi', 'नमस्ते दुनिया, क्‍या यह क्‌ष ठीक है? श्री'],
    ['Bengali', 'র‍্যাব এবং ক্ষ, উৎস। বাক্‌'],
    ['Sinhala', 'ශ්‍රී ලංකාව'],
    ['Malayalam', 'അവന്‍ വന്നു'],
    ['Thai', 'สวัสดีชาวโลก กรุณาเพิ่มรูปโปรไฟล์ให้ไม่เกิน 2MB'],
    ['Chinese', '请添加用户头像(最大2MB)。葛󠄀城市、𠮷野家'],
    ['Japanese', 'プロフィール画像を追加してください。辻󠄁さん、㊗️'],
    ['Korean', '프로필 사진을 추가해 주세요. 한글 ᄒᆞᆫ글'],
    ['Russian', 'Добавьте фотографию профиля — не больше 2 МБ; ёжик №5'],
    ['Greek and Vietnamese', 'Προσθέστε φωτογραφία; Thêm ảnh hồ sơ người dùng'],
    ['decomposed letters', 'cafe\u{301} n\u{303}'],
    ['families and couples', '👨‍👩‍👧‍👦 👩‍❤️‍💋‍👨 🧑🏽‍🤝‍🧑🏿'],
    ['people at work', '👩🏾‍💻 🧑‍🚀 👮🏻‍♀️ 🤷‍♂️'],
    ['flags', '🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🏳️‍🌈 🏳️‍⚧️ 🏴‍☠️'],
    ['keycaps and styles', '1️⃣ #️⃣ *️⃣ ☎︎ ☎️ ❤️ ©️ ⚠️'],
    ['skin tones', '👍🏿 👋🏻 ☝🏽'],
  ])('%s', (_, text) => {
    expect(stripHidden(text)).toEqual({ text, count: 0 });
    expect(stripHidden(`### Context\n\n- ${text}\n> ${text}\n`).text).toBe(`### Context\n\n- ${text}\n> ${text}\n`);
  });

  test.each([
    ['a comment in a span', 'write `<!-- why -->` above it'],
    ['a comment in a longer span', 'write ``a ` <!-- why -->`` above it'],
    ['a comment in a fence', '```html\n<!-- why -->\n&#8203; <b title="x">\n```'],
    ['a comment in a fence of a list', '- a:\n  ~~~\n  <!-- why -->\n  ~~~\n'],
    ['a comment in indented code', 'a\n\n    <!-- why -->\n'],
    ['a comment in indented code of an entry', '-     <!-- why -->\n'],
    ['an escaped comment', 'write \\<!-- why --> above it'],
    [
      'definitions that are used',
      'see [the guide][g] and [g] and ![][i]\n\n[g]: https://example.com/a_(b)\n[i]: <a b.png>',
    ],
    ['a footnote that is used', 'see this[^1]\n\n[^1]: that'],
    ['what only looks like a definition', 'text\n[x]: not a definition'],
    ['a definition in a fence', '```\n[x]: y\n```'],
    ['types without code spans', 'Promise<User | null>, Map<string, number>, a < b && c > d, List<T>'],
    ['references to what is seen', '&lt;!-- a --&gt; &amp; &nbsp; &copy; &#65; &#x41;'],
    ['links and tasks', '- [ ] [a](b) ![](c.png) <https://example.com/?a=1&b=2> #12 app/[id]/page.tsx'],
    ['tags that are seen', '<kbd>a</kbd> <img src="a.png" width="20"> <br/> <a href="b">c</a>'],
    ['an info string with a path', '```ts src/shared/types.ts\nexport type A = 1\n```'],
    ['lines that end with a carriage return', '### Scope\r\n\r\n- `a<b>`\r\n'],
    ['a pattern with stars', '- `src/**/*.ts` and `{a,b}/[id]`'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(stripHidden(text)).toEqual({ text, count: 0 });
  });

  test('a byte order mark that leads is gone without a word', () => {
    expect(stripHidden('\u{feff}### Scope')).toEqual({ text: '### Scope', count: 0 });
  });

  test('folded content is unfolded', () => {
    const text = '<details>\n<summary>More</summary>\n\nWhat it says\n\n</details>';
    expect(stripHidden(text)).toEqual({ text: '\nMore\n\nWhat it says\n\n', count: 0 });
  });
});

test('the count is of all places and the line that of the first', () => {
  const text = 'a\n\nb \u{200b}\u{200b}\n<!-- x -->\n\n[x]: y\n\nc &shy;\u{fe0f}';
  expect(stripHidden(text)).toMatchObject({ count: 6, line: 3 });
});

test('what stands behind a comment is kept on its line', () => {
  expect(stripHidden('<!-- a\nb --> c\n\n### Scope\n').text).toBe('\n c\n\n### Scope\n');
});

const pieces = [
  ...[
    '<!--',
    '-->',
    '<!-',
    '-',
    '<',
    '>',
    '&',
    'amp;',
    '#8203;',
    '#x200b;',
    '[',
    ']',
    ']:',
    '](',
    '!',
    '"',
    "'",
    '(',
    ')',
  ],
  ...[
    '`',
    '```',
    '~~~',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '    ',
    'a',
    ' ',
    '\\',
    '<b x="',
    '<template>',
    '</template>',
    '<details>',
  ],
  ...[
    '\u{200b}',
    '\u{200d}',
    '\u{fe0f}',
    '😀',
    '🏴',
    '\u{e0067}',
    '\u{e007f}',
    '\u{feff}',
    'م',
    '[x]',
    '[x]: y',
    '[^1]: z',
    '\r',
    '1.',
  ],
];

test('nothing throws, lines keep their number, and a second time changes nothing', () => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 100 })), (body) => {
      const once = stripHidden(body);
      expect(lines(once.text)).toBe(lines(body));
      expect(stripHidden(once.text)).toEqual({ text: once.text, count: 0 });
    }),
    { numRuns: 20_000 },
  );
}, 60_000);

test.each([
  ...[
    '<',
    '<!--',
    'a <!--',
    '&amp;',
    '&#',
    '[',
    '[a]: ',
    '[a]:\n',
    '![',
    '![a](',
    '](x "',
    "](x '",
    '](x (',
    '](<',
    '`',
    '\\',
  ],
  ...[
    "<a x='",
    "<a x='<a y=' ",
    '<template>',
    '<!-',
    '<?',
    '<![CDATA[',
    '<div>\n<a "',
    '> ',
    '>\n',
    '- ',
    '\u{200b}',
    '[\\',
  ],
  ...[
    '``` a b c d\n',
    '    a\n',
    '<span hidden>a</span>',
    '[x]: y\n\n',
    '😀\u{200d}',
    '&amp;amp;',
    '*a* [b](c "d")\n',
    '<b c>',
  ],
])('a million characters of %j are read in time', (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const start = worked();
  stripHidden(text);
  expect(start()).toBeLessThan(2_000);
});

test('comments within comments, a hundred thousand deep, are read in time', () => {
  const text = `${'<!-'.repeat(100_000)}<!-- a -->${'- -->'.repeat(100_000)}`;
  const start = worked();
  expect(stripHidden(text).text).not.toContain('<!--');
  expect(start()).toBeLessThan(2_000);
});
