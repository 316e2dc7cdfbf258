import { execFileSync } from 'node:child_process';

/** A process, by its id and what it runs: an id alone may be given to another process later. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

interface Row extends RunningProcess {
  readonly parent: number;
}

/** Every process that `root` has started, directly or not, and `root` itself. */
export function processTree(root: number): RunningProcess[] {
  const rows = allProcesses();
  const found = rows.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...rows.filter(({ parent }) => parent === pid));
  return found.map(({ pid, command }) => ({ pid, command }));
}

/** Those of `processes` that still run. */
export function stillRunning(processes: readonly RunningProcess[]): RunningProcess[] {
  const commands = new Map(allProcesses().map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => commands.get(pid) === command);
}

function allProcesses(): Row[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, state, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A zombie has ended; its parent has not asked for its exit code yet.
    return pid === undefined || state?.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
