import { InvalidPattern } from './invalid-pattern.ts';

/** `*` matches any number of characters, `\*` and `\\` match themselves. Two stars in a row are refused. */
export function compileWildcard(pattern: string, path: string): (value: string) => boolean {
  const pieces: string[] = [''];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      const next = pattern.charAt(index + 1);
      if (next !== '*' && next !== '\\')
        throw new InvalidPattern(path, 'in a wildcard \\ is allowed before * or \\ only', pattern);
      pieces.push((pieces.pop() ?? '') + next);
      index += 1;
    } else if (character === '*') {
      if (pattern.charAt(index + 1) === '*')
        throw new InvalidPattern(path, 'a wildcard must not have two * in a row', pattern);
      pieces.push('');
    } else {
      pieces.push((pieces.pop() ?? '') + character);
    }
  }
  return (value) => matches(pieces, value);
}

/** Finds each piece as early as possible, so that every pattern takes linear time. */
function matches(pieces: readonly string[], value: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return value === first;
  const last = pieces.at(-1) ?? '';
  if (value.length < first.length + last.length) return false;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = value.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= value.length - last.length;
}
