import { type ExpressionKind, expressionError } from './expression-kind.ts';
import { pathText } from './paths.ts';
import type { Path } from './placeholders.ts';

/** Throws where one path is another one or lies in it, or where one part is used as a map and as a list. */
export function assertNoOverlap(kind: ExpressionKind, paths: readonly Path[]): void {
  for (const [at, later] of paths.entries()) {
    for (const earlier of paths.slice(0, at)) checkPair(kind, earlier, later);
  }
}

function checkPair(kind: ExpressionKind, one: Path, two: Path): void {
  const shared = Math.min(one.length, two.length);
  for (let at = 0; at < shared; at += 1) {
    if (one[at] === two[at]) continue;
    if (typeof one[at] !== typeof two[at]) throw error(kind, 'conflict', one, two);
    return;
  }
  throw error(kind, 'overlap', one, two);
}

function error(kind: ExpressionKind, problem: 'overlap' | 'conflict', one: Path, two: Path) {
  return expressionError(
    kind,
    `Two document paths ${problem} with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(two)}`,
  );
}
