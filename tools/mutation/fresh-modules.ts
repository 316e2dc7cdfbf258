import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = pathToFileURL(`${process.cwd()}/`).href;
const QUERY = '?load=';

let loads = 0;
const withoutTypes = new Map<string, string>();

/** Installs the module hooks that `importFresh` needs. Call it once. */
export function allowFreshImports(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const [parent, load] = context.parentURL?.split(QUERY) ?? [];
      if (load === undefined) return nextResolve(specifier, context);
      const found = nextResolve(specifier, { ...context, parentURL: parent });
      return isOurs(found.url) ? { ...found, url: `${found.url}${QUERY}${load}` } : found;
    },
    load(url, context, nextLoad) {
      const [file = url, load] = url.split(QUERY);
      if (load === undefined || !file.endsWith('.ts')) return nextLoad(url, context);
      return { format: 'module', source: sourceOf(file), shortCircuit: true };
    },
  });
}

/**
 * Imports a file and everything of this folder that it imports, without what earlier imports have left in memory:
 * values that are created once, such as lazy schemas, are created again. Packages are imported once.
 *
 * @param file relative to the working directory
 */
export async function importFresh(file: string): Promise<void> {
  await import(`${pathToFileURL(join(process.cwd(), file)).href}${QUERY}${++loads}`);
}

function isOurs(url: string): boolean {
  return url.startsWith(ROOT) && !url.includes('/node_modules/');
}

function sourceOf(url: string): string {
  const known = withoutTypes.get(url);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
  withoutTypes.set(url, source);
  return source;
}
