import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { copyAssembly } from './assembly-copy.ts';
import { endOf, eventually, type Stage, uploadFilm } from './fixture.ts';
import { nextRun } from './reconciling.ts';
import type { Scenario } from './scenarios.ts';
import { postFilm } from './upload-methods.ts';

/** A copy of the assembly in which no rule can reach its target: every event ends as a dead letter. */
export function withoutTargets(from: string, to: string): string {
  return copyAssembly(from, to, ({ Resources }) => {
    for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
      const { Principal, PolicyDocument } = Properties;
      if (Type === 'AWS::Lambda::Permission' && Principal === 'events.amazonaws.com') {
        delete Resources[id];
      }
      for (const statement of PolicyDocument?.Statement ?? []) {
        if (statement.Action === 'states:StartExecution') statement.Action = 'none:Nothing';
      }
    }
  });
}

/** The rules leave what they cannot deliver in the queue; from there an operator starts the workflow. */
export const deadLetters: Scenario = {
  name: 'events that cannot be delivered',
  async run(stage) {
    await postFilm(stage);
    await deadLetter(stage, (body) => body.includes('forms/'));
    const { id } = await uploadFilm(stage);
    const announced = await deadLetter(stage, (body) => body.includes('Object Created'));
    await stage.states.send(
      new StartExecutionCommand({ stateMachineArn: stage.hosted.stateMachine, input: announced }),
    );
    await endOf(stage, id, 'ready');
    await deadLetter(stage, (body) => body.includes('MediaConvert Job State Change'));
    nextRun(stage);
    await deadLetter(stage, (body) => body.includes('Scheduled Event'));
  },
};

/** The next dead letter that is wanted; others are passed over for good. */
export async function deadLetter(stage: Stage, wanted: (body: string) => boolean): Promise<string> {
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: stage.hosted.endpoints.services,
    credentials: stage.cloud.operator,
  });
  const outputs = Object.values(stage.cloud.outputs);
  const QueueUrl = outputs.flatMap((each) => each.DeadLetterQueueUrl ?? [])[0];
  try {
    return await eventually('a dead letter', async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      return Messages.map(({ Body = '' }) => Body).find(wanted);
    });
  } finally {
    sqs.destroy();
  }
}
