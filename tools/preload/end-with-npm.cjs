// npm forwards SIGINT and SIGTERM to the process that it has started, but not SIGHUP, and nothing at all if it is
// killed. A process that has lost the parent that npm gave it sends SIGHUP to itself.
const { isMainThread } = require('node:worker_threads');

const CHECK_MS = 500;

if (isMainThread && process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGHUP');
  }, CHECK_MS);
  timer.unref();
}
