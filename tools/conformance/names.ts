/**
 * The tests that a names file asks for: one a line, without repetition. Empty lines and lines that begin with
 * `#` do not count. Throws where a line is no name of a pytest function.
 */
export function readNames(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const names = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = names.find((name) => !/^test_\w+(\[[^\]]+\])?$/.test(name));
  if (wrong !== undefined) {
    throw new Error(
      `The file of names must hold one test a line, as test_set_cors; got "${wrong}".`,
    );
  }
  if (names.length === 0) throw new Error('The file of names holds no test.');
  return [...new Set(names)];
}

/** Those of `names` that a Python source defines. pytest runs nothing at all if one that it is asked for is not there. */
export function definedIn(source: string, names: readonly string[]): Set<string> {
  const defined = new Set(
    [...source.matchAll(/^(?:async )?def (test_\w+)\(/gm)].map(([, name = '']) => name),
  );
  return new Set(names.filter((name) => defined.has(name.replace(/\[.*/, ''))));
}
