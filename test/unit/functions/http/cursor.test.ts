import fc from 'fast-check';
import { readCursor, writeCursor } from '../../../../functions/http/cursor.ts';
import { refusal } from './exchange.ts';

const always = () => true;

describe('a cursor', () => {
  it('leads back to where its list goes on', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (list, position) => {
        expect(readCursor(list, writeCursor(list, position), always)).toBe(position);
      }),
    );
  });

  it('of another list or another owner is refused', () => {
    const cursor = writeCursor('uploads/a/', '17');
    expect(refusal(() => readCursor('uploads/b/', cursor, always))).toBe('cursor_invalid');
  });

  it('with a position that the list cannot have is refused', () => {
    const cursor = writeCursor('grant/1', '99');
    expect(refusal(() => readCursor('grant/1', cursor, (place) => Number(place) < 50))).toBe(
      'cursor_invalid',
    );
  });

  it('that somebody has made up is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        expect(refusal(() => readCursor('uploads/a/', text, always))).toBe('cursor_invalid');
        const encoded = Buffer.from(text).toString('base64url');
        expect(refusal(() => readCursor('uploads/a/', encoded, always))).toBe('cursor_invalid');
      }),
    );
  });
});
