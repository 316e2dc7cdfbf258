import { environments, type FunctionName } from '../../core/environment.ts';

/**
 * The function whose file's name is in a physical name of a function or of its role, where hyphens are missing:
 * `…createupload…` → `create-upload`. Undefined if it is no function's.
 */
export function functionOf(physicalName: string): FunctionName | undefined {
  const name = physicalName.toLowerCase();
  return (Object.keys(environments) as FunctionName[])
    .filter((each) => name.includes(each.replaceAll('-', '')))
    .sort((a, b) => b.length - a.length)[0];
}
