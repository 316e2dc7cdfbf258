import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  /** Removes the folder with everything in it; a second call does nothing. */
  remove(): void;
}

/**
 * Makes `reelgate-<name>-XXXXXX` in the system's temporary folder. Unless it was removed before, it is removed when
 * the process exits: at its end, after an error and by `process.exit`. A signal exits only where a handler calls
 * `process.exit` (`stopOnSignals`).
 */
export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `reelgate-${name}-`));
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', remove);
  return { path, remove };
}
