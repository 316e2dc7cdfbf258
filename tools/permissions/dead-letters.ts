import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { copyAssembly } from './assembly-copy.ts';
import { endOf, eventually, type Fixture, uploadFilm } from './fixture.ts';
import { nextRun } from './reconciling.ts';
import type { Scenario } from './scenarios.ts';
import { postFilm } from './upload-methods.ts';

/** Copies the assembly without the rules' permissions on their targets: every event becomes a dead letter. */
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

/** Undeliverable events go to the queue, from which an operator can start the workflow. */
export const deadLetters: Scenario = {
  name: 'events that cannot be delivered',
  async run(fixture) {
    await postFilm(fixture);
    await deadLetter(fixture, (body) => body.includes('forms/'));
    const { id } = await uploadFilm(fixture);
    const announced = await deadLetter(fixture, (body) => body.includes('Object Created'));
    await fixture.states.send(
      new StartExecutionCommand({ stateMachineArn: fixture.hosted.stateMachine, input: announced }),
    );
    await endOf(fixture, id, 'ready');
    await deadLetter(fixture, (body) => body.includes('MediaConvert Job State Change'));
    nextRun(fixture);
    await deadLetter(fixture, (body) => body.includes('Scheduled Event'));
  },
};

/** Waits for a matching dead letter; skips and deletes others. */
export async function deadLetter(
  fixture: Fixture,
  wanted: (body: string) => boolean,
): Promise<string> {
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: fixture.hosted.endpoints.services,
    credentials: fixture.cloud.operator,
  });
  const outputs = Object.values(fixture.cloud.outputs);
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
