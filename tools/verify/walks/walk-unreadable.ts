import { CreateJobCommand, GetJobCommand, type OutputGroup } from '@aws-sdk/client-mediaconvert';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { OUTPUT_PREFIX, SOURCE_PREFIX } from '../../../core/uploads/object-keys.ts';
import type { Deployment } from '../deployment.ts';
import type { Findings } from '../findings.ts';
import { waitFor } from '../limits.ts';
import { readJob } from '../read-job.ts';
import type { WalkTools } from './walk-video.ts';

const ENDED = ['COMPLETE', 'ERROR', 'CANCELED'];

/**
 * Gives MediaConvert a text file, with the settings and the role of a job of the deployment, and waits for its error.
 * The file has the key of no upload, so the workflow ignores it; file and outputs are deleted again.
 *
 * @param likeJob id of the job whose settings are used
 */
export async function walkUnreadable(
  tools: WalkTools,
  likeJob: string,
  uniqueName: string,
): Promise<Findings['unreadable']> {
  const { deployment, limits, signal } = tools;
  const { s3, transcoder, sourceBucket: Bucket, outputBucket } = deployment;
  const key = `${SOURCE_PREFIX}verify/${uniqueName}/source`;
  const outputs = `${OUTPUT_PREFIX}verify-${uniqueName}/`;
  const { Job: like } = await transcoder.send(new GetJobCommand({ Id: likeJob }));
  if (!like?.Settings?.Inputs?.[0] || !like.Role)
    throw new Error(`Job ${likeJob} has no input or no role.`);
  const { VersionId } = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: key,
      Body: 'Not a video.\n'.repeat(100),
      IfNoneMatch: '*',
    }),
  );
  try {
    const [input] = like.Settings.Inputs;
    const { Job: job } = await transcoder.send(
      new CreateJobCommand({
        Role: like.Role,
        Settings: {
          ...like.Settings,
          Inputs: [{ ...input, FileInput: `s3://${Bucket}/${key}` }],
          OutputGroups: (like.Settings.OutputGroups ?? []).map((group) =>
            movedTo(group, `s3://${outputBucket}/${outputs}`),
          ),
        },
      }),
    );
    const id = job?.Id;
    if (id === undefined) throw new Error('The response of CreateJob has no Job.Id.');
    const ended = await waitFor(
      async () => {
        const seen = await readJob(deployment, id);
        return ENDED.includes(seen.status) ? seen : undefined;
      },
      limits.endMs,
      limits.everyMs,
      signal,
    );
    return { job: ended ?? (await readJob(deployment, id)) };
  } finally {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId }));
    await removeOutputs(deployment, outputs);
  }
}

/** The group with its last path segment below another prefix. */
function movedTo(group: OutputGroup, prefix: string): OutputGroup {
  const settings = group.OutputGroupSettings;
  const moved = (destination: string | undefined) => prefix + (destination ?? '').split('/').at(-1);
  return {
    ...group,
    OutputGroupSettings: {
      ...settings,
      ...(settings?.CmafGroupSettings && {
        CmafGroupSettings: {
          ...settings.CmafGroupSettings,
          Destination: moved(settings.CmafGroupSettings.Destination),
        },
      }),
      ...(settings?.FileGroupSettings && {
        FileGroupSettings: {
          ...settings.FileGroupSettings,
          Destination: moved(settings.FileGroupSettings.Destination),
        },
      }),
    },
  };
}

async function removeOutputs(
  { s3, outputBucket: Bucket }: Deployment,
  Prefix: string,
): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
}
