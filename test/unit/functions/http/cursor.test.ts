import fc from 'fast-check';
import { readCursor, writeCursor } from '../../../../functions/http/cursor.ts';
import { refusal } from './exchange.ts';

const anyPosition = () => true;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));

describe('A cursor', () => {
  it('returns the position at which its list continues', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (list, position) => {
        expect(readCursor(list, writeCursor(list, position), anyPosition)).toBe(position);
      }),
    );
  });

  it('is refused for another list', () => {
    const cursor = writeCursor('uploads/a/', '17');
    expect(refusal(() => readCursor('uploads/b/', cursor, anyPosition))).toBe('cursor_invalid');
  });

  it('is bound by 16 characters to list and position, which cannot be moved between the two', () => {
    expect(decoded(writeCursor('list', '17'))).toEqual([
      '17',
      expect.stringMatching(/^[\w-]{16}$/),
    ]);
    const [, binding] = decoded(writeCursor('a', 'b'));
    expect(decoded(writeCursor('ab', ''))).not.toContain(binding);
  });

  it('is refused with a position that the list cannot have', () => {
    const cursor = writeCursor('grant/1', '99');
    const below50 = (position: string) => Number(position) < 50;
    expect(refusal(() => readCursor('grant/1', cursor, below50))).toBe('cursor_invalid');
    expect(readCursor('grant/1', writeCursor('grant/1', '49'), below50)).toBe('49');
  });

  it.each([
    ['another position', (binding: unknown) => ['18', binding]],
    ['a position that is a number', (binding: unknown) => [17, binding]],
    ['a position within a list', (binding: unknown) => [['17'], binding]],
    ['no position', () => []],
    ['no binding', () => ['17']],
    ['no list', (binding: unknown) => ({ 0: '17', 1: binding, length: 2 })],
    ['null', () => null],
  ])('is refused with %s', (_, edit) => {
    const [, binding] = decoded(writeCursor('list', '17'));
    const cursor = encoded(edit(binding));
    expect(refusal(() => readCursor('list', cursor, anyPosition))).toBe('cursor_invalid');
  });

  it('is refused for any text that nobody was given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        expect(refusal(() => readCursor('uploads/a/', text, anyPosition))).toBe('cursor_invalid');
        const cursor = Buffer.from(text).toString('base64url');
        expect(refusal(() => readCursor('uploads/a/', cursor, anyPosition))).toBe('cursor_invalid');
      }),
    );
  });
});
