import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sha } from '#core/types.ts';
import type { Git } from '#engine/ports.ts';
import { type Files, Place } from './place.ts';

let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => place.remove());

const pushed = async (files: Files): Promise<Sha> => {
  const commit = place.commit('main', files);
  await git.fetch(place.repository);
  return commit;
};

test('texts of files are read whatever they are called, and nothing else is a text', async () => {
  const commit = await pushed({
    'a.ts': 'one\r\ntwo',
    'ü/b c"$(id).md': 'drei\n',
    '--help': 'four\n',
    ':(top)x': 'five\n',
    empty: '',
    'link.ts': { link: 'a.ts' },
    'binary.bin': new Uint8Array([65, 0, 66]),
    'long.txt': 'x'.repeat(1_000_001),
    run: { run: '#!/bin/sh\n' },
  });
  const asked = ['a.ts', 'ü/b c"$(id).md', '--help', ':(top)x', 'empty', 'link.ts', 'binary.bin', 'long.txt', 'run'];
  expect(
    await git.texts(place.repository, commit, [...asked, 'ü', 'ü/', 'gone', '', '../a.ts', '/a.ts', './a.ts', 'a.ts']),
  ).toEqual(
    new Map([
      ['a.ts', 'one\r\ntwo'],
      ['ü/b c"$(id).md', 'drei\n'],
      ['--help', 'four\n'],
      [':(top)x', 'five\n'],
      ['empty', ''],
      ['run', '#!/bin/sh\n'],
    ]),
  );
  expect(await git.texts(place.repository, commit, [])).toEqual(new Map());
});

test('more files than one command line takes are all read', async () => {
  const files = Object.fromEntries(Array.from({ length: 1_100 }, (_, at) => [`f/${at}`, `${at}\n`]));
  const commit = await pushed(files);
  expect(await git.texts(place.repository, commit, Object.keys(files))).toEqual(new Map(Object.entries(files)));
});

test('a word is found as a word, in text, and no setting of the repository runs anything', async () => {
  const commit = await pushed({
    '.gitattributes': '*.ts diff=evil\n*.secret binary\n',
    'a.ts': "router.put('/api/profile', save);\n",
    'b.ts': 'process.env.AVATAR_BUCKET\n',
    'c.ts': 'process.env.AVATAR_BUCKET_NAME; emit("user.created");\n',
    'd.bin': new Uint8Array([0, 65]),
    ...Object.fromEntries(['v', 'w', 'x', 'y', 'z'].map((name) => [name, 'users\n'])),
  });
  const words = [
    '/api/profile',
    'AVATAR_BUCKET',
    'user.created',
    'userXcreated',
    'users',
    '-e',
    '--open-files-in-pager=id',
    'a\nb',
  ];
  expect(await git.mentions(place.repository, commit, words)).toEqual(
    new Map([
      ['/api/profile', ['a.ts']],
      ['AVATAR_BUCKET', ['b.ts']],
      ['user.created', ['c.ts']],
      ['userXcreated', []],
      ['users', ['v', 'w', 'x', 'y', 'z']],
      ['-e', []],
      ['--open-files-in-pager=id', []],
    ]),
  );
});

test('files that are called like what every object has are files like any other', async () => {
  const commit = await pushed({ constructor: new Uint8Array([0, 1]), toString: 'text\n', __proto__x: 'x\n' });
  expect(await git.texts(place.repository, commit, ['constructor', 'toString', 'valueOf'])).toEqual(
    new Map([['toString', 'text\n']]),
  );
});
