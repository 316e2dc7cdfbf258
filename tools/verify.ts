import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { accessToken } from './cloud/access-token.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { findRunning } from './cloud/running-cloud.ts';
import { deploymentOnAws, deploymentOnLocalCloud, readOutputs } from './verify/deployment.ts';
import { AWS_LIMITS, LOCAL_LIMITS } from './verify/limits.ts';
import { exitCodeOf, reportText } from './verify/report.ts';
import { runVerify, type VerifyOptions } from './verify/run-verify.ts';
import { tokenCommand } from './verify/token-command.ts';

const USAGE = `Usage: npm run --silent verify -- --outputs FILE --token-command COMMAND [--json]
       npm run --silent verify [-- --json]

Checks a deployment: uploads short videos by every method, waits until they are ready, deletes them, and prints for
each assumption about AWS what was seen and what follows. Costs about ten cents and takes some minutes.

  --outputs FILE           what "npx cdk deploy --all --outputs-file FILE" wrote. The operator's credentials are those
                           of the AWS command line (AWS_PROFILE). Without it: the local cloud that npm start runs
  --token-command COMMAND  prints an access token of a user of the deployment; required with --outputs
  --json                   prints one JSON array on standard output and everything else on standard error

Exits with 0 if everything is as assumed, 3 if something differs, 4 if something could not be seen, 2 for wrong
arguments and 1 for anything else.`;

await runCommand(USAGE, async (signal) => {
  const { values } = parseArgs({
    options: {
      outputs: { type: 'string' },
      'token-command': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  Log.setLevel(AV_LOG_ERROR);
  const target = targetOf(values.outputs, values['token-command']);
  try {
    const rows = await runVerify({ ...target, signal, say: (line) => console.error(line) });
    console.log(values.json ? JSON.stringify(rows, undefined, 2) : reportText(rows));
    return exitCodeOf(rows);
  } finally {
    target.deployment.close();
  }
});

function targetOf(
  outputs: string | undefined,
  command: string | undefined,
): Pick<VerifyOptions, 'deployment' | 'getToken' | 'limits'> {
  if (outputs !== undefined) {
    if (command === undefined) {
      throw new UsageError(
        '--token-command is required with --outputs: the checks upload as a user.',
      );
    }
    const deployment = deploymentOnAws(readOutputs(outputs));
    return { deployment, getToken: tokenCommand(command), limits: AWS_LIMITS };
  }
  const hosted = findRunning();
  const token = accessToken(hosted, 'uploader-a');
  return {
    deployment: deploymentOnLocalCloud(hosted),
    getToken: command === undefined ? () => token : tokenCommand(command),
    limits: LOCAL_LIMITS,
  };
}
