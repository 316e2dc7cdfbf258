import { createHash } from 'node:crypto';
import { ProblemError } from './problem-error.ts';

/**
 * An opaque cursor: the position at which a list continues, bound to that list. It grants no access, since the
 * list is always read for the caller; the binding only detects a cursor of another list.
 *
 * @param list identifies list and reader: `uploads/<owner>`
 */
export function writeCursor(list: string, position: string): string {
  return Buffer.from(JSON.stringify([position, binding(list, position)])).toString('base64url');
}

/**
 * @param valid whether this list can have the position
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
