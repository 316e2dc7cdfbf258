import { ExecutionDoesNotExist, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';

const sfn = new SFNClient();

/**
 * Stops an execution, and with it the MediaConvert job that it waits for; one that has ended is left as it
 * is. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
 * @param cause for the history; no name of anybody
 */
export async function stopExecution(execution: string, cause: string): Promise<void> {
  try {
    await sfn.send(
      new StopExecutionCommand({ executionArn: execution, error: 'UploadCancelled', cause }),
    );
  } catch (error) {
    // Executions are forgotten 90 days after their end.
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}
