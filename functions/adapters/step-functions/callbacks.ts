import {
  InvalidToken,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Workflow } from './executions.ts';

/**
 * Lets an execution continue that waits with a task token. The token of a task that has ended, or was repeated with
 * another token, is refused: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 * A refusal of a repeated request may be the effect of the first one, whose response was lost: the execution continues.
 */
export async function resumeTask({ client }: Workflow, token: string): Promise<'resumed' | 'gone'> {
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' }));
    return 'resumed';
  } catch (error) {
    const refusals = [InvalidToken, TaskDoesNotExist, TaskTimedOut];
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    return wasRepeated(error) ? 'resumed' : 'gone';
  }
}

function wasRepeated(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
  return ($metadata?.attempts ?? 1) > 1;
}
