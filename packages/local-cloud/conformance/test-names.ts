/**
 * Reads the names of tests, one a line, without duplicates. Empty lines and lines that begin with `#` are
 * ignored. Throws if a line is not the name of a pytest function.
 */
export function readNames(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const names = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = names.find((name) => !/^test_\w+(\[[^\]]+\])?$/.test(name));
  if (wrong !== undefined) {
    throw new Error(`Expected one test name a line, such as test_set_cors; got "${wrong}".`);
  }
  if (names.length === 0) throw new Error('The file of test names is empty.');
  return [...new Set(names)];
}

/** The names that a Python source defines. pytest runs no test at all if one of the named tests does not exist. */
export function definedIn(source: string, names: readonly string[]): Set<string> {
  const defined = new Set(
    [...source.matchAll(/^(?:async )?def (test_\w+)\(/gm)].map(([, name = '']) => name),
  );
  return new Set(names.filter((name) => defined.has(name.replace(/\[.*/, ''))));
}
