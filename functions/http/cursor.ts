import { createHash } from 'node:crypto';
import { ProblemError } from './problem-error.ts';

/**
 * An opaque cursor: where a list goes on, bound to the list it came from. It opens nothing by itself, since
 * the list is always read for the caller; the binding only tells a mistaken cursor from a right one.
 *
 * @param list names list and reader: `uploads/<owner>`
 */
export function writeCursor(list: string, position: string): string {
  return Buffer.from(JSON.stringify([position, binding(list, position)])).toString('base64url');
}

/**
 * @param valid whether the position can be one of this list
 * @throws ProblemError `cursor_invalid`
 */
export function readCursor(
  list: string,
  cursor: string,
  valid: (position: string) => boolean,
): string {
  const [position, bound] = parse(cursor);
  if (position === undefined || bound !== binding(list, position) || !valid(position)) {
    throw new ProblemError('cursor_invalid');
  }
  return position;
}

function parse(cursor: string): readonly (string | undefined)[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) && parsed.every((part) => typeof part === 'string') ? parsed : [];
  } catch {
    return [];
  }
}

function binding(list: string, position: string): string {
  return createHash('sha256').update(`${list}\n${position}`).digest('base64url').slice(0, 16);
}
