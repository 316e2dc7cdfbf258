import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constructPath, rolesOf } from '@reelgate/local-cloud/policies';
import { ROOT } from '../../tools/cloud/folders.ts';
import { synthesize } from '../../tools/cloud/synthesize.ts';
import { type Removal, removePermissions } from '../../tools/permissions/assembly-copy.ts';
import { type Fixture, openFixture } from '../../tools/permissions/fixture.ts';
import { readAuditLog } from '../../tools/permissions/used.ts';

/** The permissions that each host lacks, grouped so that no missing permission hides another one. */
export const TAKEN = {
  creation: [{ role: 'Api/CreateUpload/Role', action: 'dynamodb:GetItem' }],
  api: [
    { role: 'Signer/Role', action: 's3:PutObject' },
    { role: 'Api/SignParts/Role', action: 'dynamodb:GetItem' },
    { role: 'Api/ListParts/Role', action: 's3:ListMultipartUploadParts' },
    { role: 'Api/GetUpload/Role', action: 's3:ListMultipartUploadParts' },
    { role: 'Api/ListUploads/Role', action: 'dynamodb:Query' },
    { role: 'Api/CompleteUpload/Role', action: 's3:ListMultipartUploadParts' },
    { role: 'Api/CancelUpload/Role', action: 'dynamodb:UpdateItem' },
    { role: 'Api/RetryUpload/Role', action: 'dynamodb:GetItem' },
  ],
  start: [
    { role: 'ObjectCreated/Role', action: 'states:StartExecution' },
    { role: 'Workflow/InspectMedia/Role', action: 's3:GetObjectVersion' },
  ],
  outputs: [
    { role: 'ProcessUpload/Transcoding/Role', action: 's3:PutObject' },
    { role: 'JobProgress/RecordJob/Role', action: 'dynamodb:UpdateItem' },
    { role: 'Reconciler/ReconcileUploads/Role', action: 'dynamodb:Query' },
  ],
  publish: [
    { role: 'Workflow/PublishVideo/Role', action: 's3:GetObject', resource: 'OutputBucket' },
  ],
  passing: [{ role: 'ProcessUpload/Role', action: 'iam:PassRole' }],
  waysIn: [
    { role: 'Api/CreateCompanionSession/Role', action: 'dynamodb:PutItem' },
    { role: 'Api/Companion/Role', action: 'dynamodb:GetItem' },
    { role: 'ObjectSigner/Role', action: 's3:PutObject' },
    { role: 'FormSigner/Role', action: 's3:PutObject' },
    { role: 'Forms/AcceptForm/Role', action: 's3:PutObject' },
  ],
} as const satisfies Record<string, readonly Removal[]>;

const BY_FAULTS = 'The fault matrix makes each of its calls fail.';
const BY_WALK =
  'The walk of permissions uses each of its grants; a test without one is still to be written.';

/** Roles without such a test, and why. */
export const NOT_TAKEN: Readonly<Record<string, string>> = {
  'Admission/AdmitUpload/Role': BY_FAULTS,
  'Admission/ReleaseSlot/Role': BY_FAULTS,
  'OriginalSigner/Role': BY_WALK,
  'Playback/CreateViewerPlayback/Role': 'No client of the own user pool has the scope of backends.',
  'Playback/DeleteCaptions/Role': BY_WALK,
  'Playback/GetCaptions/Role': BY_WALK,
  'Playback/GetOriginal/Role': BY_WALK,
  'Playback/GetPlayback/Role': BY_WALK,
  'Playback/GetPublicPlayback/Role': BY_WALK,
  'Playback/PutCaptions/Role': BY_WALK,
  'Playback/RemoveUpload/Role': BY_WALK,
  'Playback/RestoreUpload/Role': BY_WALK,
  'Playback/SetVisibility/Role': BY_WALK,
};

/** The templates for one test file, and hosts of copies that lack permissions. */
export function takenAway() {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-taken-'));
  let assemblyDir = '';

  beforeAll(async () => {
    assemblyDir = await synthesize(ROOT);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  return {
    assembly: () => assemblyDir,
    /** Hosts the templates without the named permissions, for the tests of one describe block. */
    hostedWithout(name: keyof typeof TAKEN): () => Fixture {
      let fixture: Fixture | undefined;
      beforeAll(async () => {
        const copy = removePermissions(assemblyDir, join(folder, name), TAKEN[name]);
        fixture = await openFixture(copy, join(folder, `${name}-data`));
      });
      afterAll(() => fixture?.close());
      return () => {
        if (!fixture) throw new Error('The local cloud did not start.');
        return fixture;
      };
    },
  };
}

/** The denied calls of a role in the audit log, each as `action on resource`. */
export function refusedTo(fixture: Fixture, role: string): string[] {
  const made = rolesOf(fixture.cloud.resources).find(({ cdkPath = '' }) =>
    constructPath(cdkPath).endsWith(`/${role}`),
  );
  return readAuditLog(fixture.dataDir)
    .filter(({ caller, decision }) => caller === made?.attributes.Arn && decision === 'denied')
    .map(({ action, resource }) => `${action} on ${resource}`);
}
