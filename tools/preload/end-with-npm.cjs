// npm forwards SIGINT and SIGTERM to the shell that runs a script, but not SIGHUP, and nothing at all if npm is killed;
// and a shell that receives a signal does not forward it. A process that has lost npm or its shell sends SIGHUP to
// itself.
const { readFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const CHECK_MS = 500;
const SHELLS = ['sh', 'dash', 'bash', 'ash', 'busybox'];

if (isMainThread && process.env.npm_lifecycle_event !== undefined) watch();

function watch() {
  const parent = process.ppid;
  // Some shells replace themselves by the command (macOS), others wait for it (Debian); then npm is one level up.
  const npm = SHELLS.indexOf(nameOf(parent)) === -1 ? undefined : parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGHUP');
  }, CHECK_MS);
  timer.unref();
}

// Undefined on systems without /proc.
function nameOf(pid) {
  const [, name] = /\((.*)\)/s.exec(statusOf(pid)) || [];
  return name;
}

function parentOf(pid) {
  const [, parent] = /\) \S (\d+) [^)]*$/.exec(statusOf(pid)) || [];
  return parent;
}

function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
