import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The modules that test_s3.py imports, and their Debian packages. */
const MODULES = {
  boto3: 'python3-boto3',
  pytest: 'python3-pytest',
  requests: 'python3-requests',
  munch: 'python3-munch',
  isodate: 'python3-isodate',
  pytz: 'python3-tz',
  dateutil: 'python3-dateutil',
} as const;

export type Python =
  | { readonly command: string; readonly boto3: string }
  | { readonly missing: readonly string[] };

const PROBE = `
import importlib.util, json
absent = [m for m in ${JSON.stringify(Object.keys(MODULES))} if importlib.util.find_spec(m) is None]
boto3 = '' if absent else __import__('boto3').__version__
print(json.dumps({'absent': absent, 'boto3': boto3}))
`;

interface Probed {
  readonly command: string;
  readonly absent: readonly string[];
  readonly boto3: string;
}

/** The Python interpreters to try, in order: only `PYTHON` if it is set; else that of the suite, then that of the machine. */
export function pythonsFor(suite: string, env: NodeJS.ProcessEnv): string[] {
  if (env.PYTHON) return [env.PYTHON];
  const own = ['.venv', 'venv', 'virtualenv'].map((name) => join(suite, name, 'bin', 'python'));
  return [...own, 'python3', '/usr/bin/python3'];
}

/** The first of `commands` that has all modules of the suite; or sentences about what to install. */
export async function findPython(suite: string, commands: readonly string[]): Promise<Python> {
  const probed: Probed[] = [];
  for (const command of commands) {
    const found = await probe(command);
    if (found?.absent.length === 0) return { command, boto3: found.boto3 };
    if (found !== undefined) probed.push(found);
  }
  return { missing: [...absentModules(probed, commands), ...howToInstall(suite)] };
}

async function probe(command: string): Promise<Probed | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-c', PROBE], { timeout: 30_000 });
    return { command, ...(JSON.parse(stdout) as Omit<Probed, 'command'>) };
  } catch {
    // Not installed, or not Python 3.
    return undefined;
  }
}

function absentModules(probed: readonly Probed[], commands: readonly string[]): string[] {
  if (probed.length === 0) return [`Python 3 was not found; tried ${commands.join(', ')}.`];
  return probed.map(
    ({ command, absent }) => `${command} does not have the modules ${absent.join(', ')}.`,
  );
}

function howToInstall(suite: string): string[] {
  const own = join(suite, '.venv');
  return [
    `Either: python3 -m venv ${own} && ${join(own, 'bin', 'pip')} install -r ${join(suite, 'requirements.txt')}`,
    `Or (Debian): apt-get install ${Object.values(MODULES).join(' ')}`,
  ];
}
