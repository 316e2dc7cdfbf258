import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentOnAws, namesOf, readOutputs } from '../../../../tools/verify/deployment.ts';

const outputs = {
  'reelgate-data': { TableName: 'table', SourceBucketName: 'source', OutputBucketName: 'output' },
  'reelgate-pipeline': {
    ApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/',
    StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:process',
    DeadLetterQueueUrl: 'https://sqs/undelivered',
    FailedInvocationsQueueUrl: 'https://sqs/failed',
    Issuer: 'https://issuer',
  },
};

describe('The outputs of the stacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-outputs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('name what the checks need', () => {
    const file = join(folder, 'outputs.json');
    writeFileSync(file, JSON.stringify(outputs));
    expect(readOutputs(file)).toMatchObject({
      table: 'table',
      deadLetterQueue: 'https://sqs/undelivered',
    });
  });

  it('name the region of the clients', async () => {
    const deployment = deploymentOnAws(namesOf(outputs));
    expect(await deployment.states.config.region()).toBe('eu-west-1');
    expect(await deployment.s3.config.region()).toBe('eu-west-1');
    deployment.close();
  });

  it('are refused with the names that are missing', () => {
    expect(() => namesOf({ 'reelgate-data': outputs['reelgate-data'] })).toThrow(
      'The outputs lack ApiUrl, StateMachineArn, DeadLetterQueueUrl, FailedInvocationsQueueUrl; there are TableName, SourceBucketName, OutputBucketName.',
    );
  });

  it('are refused with the command that writes them', () => {
    expect(() => readOutputs(join(folder, 'none.json'))).toThrow(
      /npx cdk deploy --all --outputs-file/,
    );
  });
});
