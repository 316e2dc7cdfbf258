import { parseArgs } from 'node:util';
import { runCommand } from './cloud/run-command.ts';
import { PORT_OPTIONS, readPorts } from './start/ports.ts';
import { start } from './start/start.ts';

const USAGE = `Usage: npm start [-- OPTIONS]

Hosts reelgate on this machine until Ctrl-C. The data is stored in .reelgate/cloud; npm run reset deletes it.

  --port-base N      first of four ports on 127.0.0.1 (default 4500)    REELGATE_PORT_BASE
  --port-api N       the API (default: the base port)                   REELGATE_PORT_API
  --port-s3 N        S3 (default: base port + 1)                        REELGATE_PORT_S3
  --port-services N  the other AWS services (default: base port + 2)    REELGATE_PORT_SERVICES
  --port-identity N  the identity provider (default: base port + 3)     REELGATE_PORT_IDENTITY

A flag takes precedence over its environment variable. Port 0 selects a free port. To run a second local cloud, set
REELGATE_CLOUD_STATE to another folder than .reelgate, also for npm run token and npm run reset.`;

await runCommand(USAGE, (stop) => {
  const { values } = parseArgs({ options: PORT_OPTIONS });
  return start(readPorts(values, process.env), stop);
});
