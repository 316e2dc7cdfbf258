import { relative } from 'node:path';
import { DatabaseError } from '@reelgate/local-cloud';
import { damagedFiles } from './damaged-files.ts';
import { DATA, ROOT } from './folders.ts';

/** Result codes of SQLite: https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** In the messages of FFmpeg's libraries and of the synthesizing process, which have no code. */
const NO_SPACE = /\bENOSPC\b|No space left on device/;

interface Coded {
  readonly code?: unknown;
  readonly errcode?: unknown;
  readonly path?: unknown;
}

/**
 * What went wrong and what to do about it, for a person. An error that is not known comes with its stack, except
 * plain `Error`s, whose messages are written for people.
 *
 * @param data the data folder that is searched for damaged files
 */
export function explainError(error: unknown, data = DATA): string {
  if (!(error instanceof Error)) return String(error);
  for (const cause of causesOf(error)) {
    const { code, errcode, path } = cause as Coded;
    const place = typeof path === 'string' ? ` (${path})` : '';
    if (code === 'ENOSPC' || errcode === SQLITE_FULL || NO_SPACE.test(cause.message)) {
      const problem = error instanceof DatabaseError ? error.message : `The disk is full${place}.`;
      return `${problem} npm run reset removes the local cloud’s data.`;
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      return `Permission denied${place}: ${cause.message}`;
    }
    // An extended result code has the primary one in its lowest byte.
    const primary = typeof errcode === 'number' ? errcode & 0xff : undefined;
    if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) return damagedText(data);
  }
  if (error instanceof SyntaxError && damagedFiles(data).length > 0) return damagedText(data);
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}

function damagedText(data: string): string {
  const files = damagedFiles(data).map((file) => relative(ROOT, file));
  const which = files.length > 0 ? `: ${files.join(', ')}` : ` in ${relative(ROOT, data)}`;
  return `The local cloud’s data is damaged${which}. Remove all of it with npm run reset, or restore the file.`;
}

/** The error, its causes and the errors that it combines, outermost first. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const combined = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error, ...[...combined, error.cause].flatMap(causesOf)];
}
