import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '..', 'functions', 'edge', 'authorize-viewer.js');
const PLACEHOLDER = '{{ALLOWED_ORIGINS}}';
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_BYTES = 10 * 1024;

/**
 * The code of the viewer function without its comments, with the origins whose pages may read a refusal.
 * @throws RangeError for code that is larger than CloudFront accepts
 */
export function viewerFunctionCode(allowedOrigins: readonly string[]): string {
  const code = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('//'))
    .join('\n')
    .replace(PLACEHOLDER, JSON.stringify(allowedOrigins));
  const bytes = Buffer.byteLength(code);
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      `The viewer function has ${bytes} bytes; CloudFront accepts ${MAX_BYTES}. Configure fewer origins.`,
    );
  }
  return code;
}
