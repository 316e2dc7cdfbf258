import { MAX_METADATA_BYTES, metadataSchema } from '../../../../core/contract/metadata.ts';

function problemsOf(metadata: unknown): [string, string][] {
  const { error } = metadataSchema.safeParse(metadata);
  return (error?.issues ?? []).map(({ path, message }) => [path.join('/'), message]);
}

/** Four values and their names, with `bytes` of UTF-8 together. */
function ofBytes(bytes: number, character = 'x'): Record<string, string> {
  const width = Buffer.byteLength(character);
  const values = [0, 1, 2, 3].map((n) => [
    `n${n}`,
    character.repeat(Math.floor((bytes - 8) / 4 / width)),
  ]);
  const rest = bytes - Buffer.byteLength(values.flat().join(''));
  return Object.fromEntries([
    ...values.slice(0, 3),
    ['n3', `${values[3]?.[1]}${'x'.repeat(rest)}`],
  ]);
}

describe('Metadata of an upload', () => {
  it.each([
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    'prototype',
  ])('may have the name %s, which is an ordinary one', (name) =>
    expect(metadataSchema.parse({ [name]: 'x' })).toEqual({ [name]: 'x' }),
  );

  it.each([
    ['NUL', 'a\0'],
    ['a line break', 'a\r\nb'],
    ['an escape', '\x1b[2J'],
    ['a control character of ISO 8859', '\x9b2J'],
    ['a lone surrogate', 'film \ud83c'],
  ])('is refused with %s in a value, which is named', (_, value) => {
    const message = 'must be well-formed Unicode without control characters';
    expect(problemsOf({ a: 'b', bad: value })).toEqual([['bad', message]]);
  });

  it('may have 2,048 bytes in all names and values, and no byte more', () => {
    expect(problemsOf(ofBytes(MAX_METADATA_BYTES))).toEqual([]);
    expect(problemsOf(ofBytes(MAX_METADATA_BYTES + 1))).toEqual([
      ['', 'must have at most 2048 bytes of UTF-8 in all names and values; it has 2049'],
    ]);
  });

  it('is measured in bytes: emoji have four each', () => {
    expect(problemsOf(ofBytes(MAX_METADATA_BYTES, '\u{1f3ac}'))).toEqual([]);
    const emoji = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`n${n}`, '\u{1f3ac}'.repeat(256)]),
    );
    expect(problemsOf(emoji)).toHaveLength(1);
  });

  it('may have 20 entries, and values of 512 characters', () => {
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, '']));
    expect(problemsOf(entries(20))).toEqual([]);
    expect(problemsOf(entries(21))).toEqual([['', 'must have at most 20 entries']]);
    expect(problemsOf({ a: 'x'.repeat(512) })).toEqual([]);
    expect(problemsOf({ a: 'x'.repeat(513) })).toHaveLength(1);
  });
});
