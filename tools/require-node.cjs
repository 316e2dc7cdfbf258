// Preloaded by the npm scripts. Plain CommonJS in the syntax of old versions of Node, so that every Node can read it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const MIN_NODE = 24;
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const problem = findProblem();
if (problem) {
  console.error(problem);
  process.exit(1);
}
require('./preload/hide-experimental-warnings.cjs');
require('./preload/end-with-npm.cjs');

function findProblem() {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    return 'reelgate does not run on Windows itself, but in WSL 2: https://learn.microsoft.com/windows/wsl/install. Clone the project and run npm ci there.';
  }
  if (PLATFORMS.indexOf(platform) === -1) {
    return `reelgate does not run on ${platform}. It runs on Linux and macOS, on x64 and arm64.`;
  }
  const isInstalled = existsSync(join(__dirname, '..', 'node_modules', '.package-lock.json'));
  if (!isInstalled) return 'The dependencies are not installed. Run npm ci first.';
  if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
    return `reelgate needs Node ${MIN_NODE} and this is ${process.version}. Run it with npm (npm start, npm run demo): npm ci has installed Node ${MIN_NODE} for it.`;
  }
  return undefined;
}
