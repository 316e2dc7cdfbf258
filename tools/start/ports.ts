import { createServer } from 'node:net';
import { UsageError } from '../cloud/run-command.ts';

/** The listeners of the local cloud, in the order of their default ports. */
const LISTENERS = ['api', 's3', 'services', 'identity'] as const;

export type Listener = (typeof LISTENERS)[number];
export type Ports = Readonly<Record<Listener, number>>;

const DEFAULT_BASE = 4500;
const MAX_PORT = 65_535;

/** Names and descriptions of the listeners, for messages and the usage text. */
export const LISTENER_TITLES: Readonly<Record<Listener, string>> = {
  api: 'API',
  s3: 'S3',
  services: 'other AWS services',
  identity: 'identity provider',
};

/** The options of `parseArgs`. */
export const PORT_OPTIONS = {
  'port-base': { type: 'string' },
  'port-api': { type: 'string' },
  'port-s3': { type: 'string' },
  'port-services': { type: 'string' },
  'port-identity': { type: 'string' },
} as const;

type PortFlags = { readonly [Option in keyof typeof PORT_OPTIONS]?: string };

/**
 * The ports by flag, else by environment variable, else counted from the base port (default 4500): API, S3, other
 * services and identity provider in this order.
 *
 * @throws UsageError naming the setting that is not a port, or two settings that are the same
 */
export function readPorts(flags: PortFlags, environment: NodeJS.ProcessEnv): Ports {
  const base = setting(flags, environment, 'base') ?? DEFAULT_BASE;
  const ports = Object.fromEntries(
    LISTENERS.map((name, index) => [name, setting(flags, environment, name) ?? base + index]),
  ) as Record<Listener, number>;
  for (const [name, port] of Object.entries(ports)) {
    const same = LISTENERS.find((other) => other !== name && ports[other] === port && port !== 0);
    if (same) throw new UsageError(`--port-${name} and --port-${same} are both ${port}.`);
  }
  return ports;
}

function setting(
  flags: PortFlags,
  environment: NodeJS.ProcessEnv,
  name: Listener | 'base',
): number | undefined {
  const variable = variableOf(name);
  const flag = flags[`port-${name}`];
  const text = flag ?? environment[variable];
  if (text === undefined || (flag === undefined && text === '')) return undefined;
  const max = name === 'base' ? MAX_PORT - LISTENERS.length + 1 : MAX_PORT;
  const min = name === 'base' ? 1 : 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= min && port <= max) return port;
  const used = flag === undefined ? variable : `--port-${name}`;
  throw new UsageError(`${used} is "${text}"; expected a port from ${min} to ${max}.`);
}

/** @throws Error naming every port that is in use, with the settings that change it */
export async function checkPorts(ports: Ports): Promise<void> {
  const checked = await Promise.all(
    LISTENERS.map(async (name) => ({ name, problem: await problemOf(ports[name]) })),
  );
  const lines = checked.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : [
          `Port ${ports[name]} (${LISTENER_TITLES[name]}) ${problem}. Another one: --port-${name} N or ${variableOf(name)}=N.`,
        ],
  );
  if (lines.length === 0) return;
  const all = `All four at once: npm start -- --port-base N, or ${variableOf('base')}=N.`;
  throw new Error([...lines, all].join('\n'));
}

function problemOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve('is in use by another program');
      else if (code === 'EACCES') resolve('needs more rights than this user has');
      else resolve(`cannot be used (${code})`);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

function variableOf(name: Listener | 'base'): string {
  return `REELGATE_PORT_${name.toUpperCase()}`;
}
