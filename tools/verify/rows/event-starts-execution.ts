import { asAssumed, differs, type Row, unknown } from '../row.ts';

/** The documented samples of this trust policy have no condition. */
export const eventStartsExecution: Row = {
  id: 'event-starts-execution',
  assumption:
    'EventBridge sends aws:SourceAccount when it assumes the role of the Object Created rule, so the event of a source starts an execution.',
  observe({ videos }) {
    const { problem, sentAt, execution, upload } = videos.multipart;
    if (sentAt === undefined) return unknown(`Nothing was uploaded: ${problem}`);
    if (execution === undefined) {
      return differs(
        `No execution claimed the upload in time; it is ${upload?.status ?? 'unknown'}.`,
      );
    }
    const { source } = execution.input as { source?: unknown };
    if (source !== 'aws.s3')
      return differs(`The execution was started by ${source}, not by S3's event.`);
    const seconds = Math.max(0, (execution.startedAt - sentAt) / 1_000).toFixed(1);
    return asAssumed(`S3's event started the execution ${seconds} s after the completion.`);
  },
  followsIfDiffers:
    'No upload is processed until the reconciler finds it after ten minutes, and each event goes to the dead-letter queue. Remove the condition aws:SourceAccount from the role in lib/object-created-rule.ts.',
};
