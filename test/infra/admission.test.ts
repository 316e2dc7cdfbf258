import { Match } from 'aws-cdk-lib/assertions';
import { ofType, synthesize } from './synthesis.ts';

const synthesis = synthesize({ transcoding: { jobsAtOnce: 7, jobsAtOncePerOwner: 3 } });
const { pipeline } = synthesis;

describe('the limits of jobs', () => {
  it('reach the workflow', () => {
    const [[, machine] = []] = ofType(synthesis, 'AWS::StepFunctions::StateMachine');
    expect(machine?.Properties.DefinitionSubstitutions).toMatchObject({
      JobsAtOnce: '7',
      JobsAtOncePerOwner: '3',
    });
  });

  it.each(['AdmissionAdmitUpload', 'AdmissionReleaseSlot', 'ReconcilerReconcile', 'ApiGetUpload'])(
    'reach %s',
    (construct) => {
      const [[, found] = []] = ofType(synthesis, 'AWS::Lambda::Function').filter(([id]) =>
        id.startsWith(construct),
      );
      expect(found?.Properties.Environment).toMatchObject({
        Variables: { JOBS_AT_ONCE: '7', JOBS_AT_ONCE_PER_OWNER: '3' },
      });
    },
  );
});

describe('the ends of jobs', () => {
  it('of uploads reach release-slot', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        detail: {
          status: ['COMPLETE', 'ERROR', 'CANCELED'],
          userMetadata: { uploadId: [{ exists: true }] },
        },
      },
      Targets: [
        {
          Id: 'release-slot',
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AdmissionReleaseSlotFunction'), 'Arn'] },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersQueue'), 'Arn'] },
          },
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 20 },
        },
      ],
    });
  });

  it('are the only events that may invoke it', () => {
    const permissions = ofType(synthesis, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes('"AdmissionReleaseSlotFunction'),
    );
    expect(permissions.map(([, { Properties }]) => Properties)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: expect.anything(),
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^AdmissionRule/), 'Arn'] },
      },
    ]);
  });
});

describe('the function that admits uploads', () => {
  it('does not depend on the state machine that invokes it', () => {
    const [[, found] = []] = ofType(synthesis, 'AWS::Lambda::Function').filter(([id]) =>
      id.startsWith('AdmissionAdmitUpload'),
    );
    expect(JSON.stringify(found)).not.toContain('ProcessUpload');
    expect(JSON.stringify(found)).not.toContain('MayResume');
  });
});
