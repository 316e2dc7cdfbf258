import type { PathExpression } from './ast.ts';
import { TokenReader } from './token-reader.ts';

export function parseProjection(text: string): readonly PathExpression[] {
  const reader = new TokenReader('ProjectionExpression', text);
  const paths = [reader.path()];
  while (reader.takeSymbol(',')) paths.push(reader.path());
  reader.expectEnd();
  return paths;
}
