import { join } from 'node:path';
import { writeColourTable } from './colour-table.ts';
import { type ColourMapping, colourMapper } from './tone-curve.ts';

/** The files of the colour tables of a job. */
export interface ColourTables {
  /** The path of the table for a mapping, which is written once. */
  pathOf(mapping: ColourMapping): Promise<string>;
}

export function colourTables(folder: string): ColourTables {
  const written = new Map<string, Promise<string>>();
  const write = async (mapping: ColourMapping, name: string) => {
    const path = join(folder, name);
    await writeColourTable(path, colourMapper(mapping));
    return path;
  };
  return {
    pathOf(mapping) {
      const key = JSON.stringify(mapping);
      const path = written.get(key) ?? write(mapping, `colours-${written.size}.cube`);
      written.set(key, path);
      return path;
    },
  };
}
