import { parseArgs } from 'node:util';
import { INTAKE_CACHE_SECONDS } from '../core/uploads/records.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { findRunning } from './cloud/running-cloud.ts';
import {
  closeIntake,
  type IntakeTarget,
  intakeStatus,
  openIntake,
} from './intake/intake-switch.ts';
import { deployedTarget, hostedTarget } from './intake/intake-target.ts';

const USAGE = `Usage: npm run --silent intake -- off|on|status [OUTPUTS]

off     refuses new uploads and grants (503 intake_closed), and ends the grants that are live;
        videos that were uploaded before are still processed
on      accepts uploads again
status  says which of the two applies

OUTPUTS is the file that "npx cdk deploy --all --outputs-file OUTPUTS" writes. Credentials and region are those
of the AWS command line (AWS_PROFILE, AWS_REGION). Without it, the command acts on the local cloud of npm start.`;

await runCommand(USAGE, async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [action, file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`Unexpected arguments: ${more.join(' ')}.`);
  if (action !== 'off' && action !== 'on' && action !== 'status') {
    throw new UsageError(`Expected off, on or status; got ${action ?? 'nothing'}.`);
  }
  const target = file === undefined ? hostedTarget(findRunning()) : deployedTarget(file);
  if (action === 'off') await closeIntake(target, Date.now());
  if (action === 'on') await openIntake(target);
  console.log(await statusText(target));
  if (action !== 'status') {
    console.log(
      `Functions follow within ${INTAKE_CACHE_SECONDS} seconds; IAM needs some seconds for live grants.`,
    );
  }
  return 0;
});

async function statusText(target: IntakeTarget): Promise<string> {
  const { closedSince, deniedRoles } = await intakeStatus(target);
  const denied = `${deniedRoles.length} of ${target.signerRoles.length} roles that sign grants are denied`;
  return closedSince === undefined
    ? `Intake is on; ${denied}.`
    : `Intake is off since ${closedSince}; ${denied}.`;
}
