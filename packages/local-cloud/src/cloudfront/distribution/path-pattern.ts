/**
 * Compiles a path pattern of a cache behavior: `*` for any number of characters, `?` for one, case-sensitive, with or
 * without a slash at its begin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const full = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const source = full
    .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(path);
}

/**
 * The path that is compared with path patterns: unreserved characters decoded and dot segments removed (RFC 3986, 6.2.2).
 * The origin gets the path as it was sent.
 */
export function normalizedPath(path: string): string {
  const decoded = path.replaceAll(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : code.toUpperCase();
  });
  const segments: string[] = [];
  for (const segment of decoded.split('/').slice(1)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  const folder = /\/\.{1,2}$/.test(decoded) && segments.at(-1) !== '' ? '/' : '';
  return `/${segments.join('/')}${segments.length > 0 ? folder : ''}`;
}
