import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** In the third column of the data: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
const LISTEN = '0A';

/** Addresses as the kernel writes them: each word in the order of the processor's bytes. */
const LOOPBACK: ReadonlySet<string> = new Set([
  '0100007F',
  '7F000001',
  '00000000000000000000000001000000',
  '00000000000000000000000000000001',
]);

export interface Listening {
  /** Hexadecimal, as in `/proc/net/tcp`. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** The TCP sockets on which a process listens. Linux only: other systems have no `/proc`. */
export function listeningSockets(pid: number): Listening[] {
  const inodes = socketsOf(pid);
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTEN && inodes.has(inode ?? ''))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { address, port: Number.parseInt(port, 16), isLoopback: LOOPBACK.has(address) };
      }),
  );
}

function socketsOf(pid: number): ReadonlySet<string> {
  const links = readdirSync(`/proc/${pid}/fd`).map((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      // Closed since the folder was read.
      return '';
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}
