import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs/reference/security-controls.md'), 'utf8');

/** The number of sections of each chapter of ASVS 5.0, V1 to V17. */
const SECTIONS = [5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3];

const rows = [...page.matchAll(/^\| ((?:V\d+\.|API)\d+) [^|]+ \| ([^|]+) \| ([^|]*) \|$/gm)].map(
  ([, id = '', status = '', where = '']) => ({ id, status, where }),
);

/** Files that a row names. */
const filesIn = (where: string) =>
  [...where.matchAll(/`([\w./-]+\/[\w./-]+|package\.json)`/g)].map(([, file = '']) => file);

describe('The security controls', () => {
  it('have a row for each section of ASVS 5.0 and each risk of the API Top 10', () => {
    const risks = Array.from({ length: 10 }, (_, index) => `API${index + 1}`);
    const sections = SECTIONS.flatMap((count, chapter) =>
      Array.from({ length: count }, (_, index) => `V${chapter + 1}.${index + 1}`),
    );
    expect(rows.map(({ id }) => id)).toEqual([...risks, ...sections]);
  });

  it.each(rows)(
    '$id has a status, and names what meets it or what is open',
    ({ status, where }) => {
      expect(['met', 'partly', 'open', 'platform', 'n/a']).toContain(status);
      if (status === 'met' || status === 'platform') {
        expect(where).not.toContain('Open:');
        const files = filesIn(where);
        // AWS parses HTTP and TLS; everything else is in a file.
        expect(files.length).toBeGreaterThan(0);
        expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      }
      if (status === 'partly') expect(where).toMatch(/Open: /);
      if (status === 'open') expect(where.length).toBeGreaterThan(5);
    },
  );
});
