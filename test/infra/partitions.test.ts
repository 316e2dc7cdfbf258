import { ofType, synthesize } from './synthesis.ts';
import { substitutedText } from './workflow-definition.ts';

/** `value` with the pseudo parameter `AWS::Partition` resolved. */
function inPartition(value: unknown, partition: string): unknown {
  return JSON.parse(
    JSON.stringify(value).replaceAll('{"Ref":"AWS::Partition"}', JSON.stringify(partition)),
  );
}

describe.each([
  ['aws', 'eu-central-1', 'cloudfront'],
  // GovCloud has no CloudFront, and in China every distribution needs a domain of its own.
  ['aws-us-gov', 'us-gov-west-1', 'none'],
  ['aws-cn', 'cn-north-1', 'none'],
] as const)('the templates in partition %s', (partition, region, delivery) => {
  const synthesis = synthesize({ delivery }, region);
  const resources = Object.values(synthesis.resources);

  it('contain no ARN of another partition', () => {
    const text = JSON.stringify(
      inPartition(
        resources.filter(({ Type }) => Type !== 'AWS::StepFunctions::StateMachine'),
        partition,
      ),
    ).replaceAll('"arn:","', '"arn:');
    const partitions = [...text.matchAll(/"arn:(aws[\w-]*)/g)].map(([, name]) => name);
    expect(partitions.length).toBeGreaterThan(0);
    expect(new Set(partitions)).toEqual(new Set([partition]));
  });

  it('have a workflow that calls services of the partition', () => {
    const [[, machine] = []] = ofType(synthesis, 'AWS::StepFunctions::StateMachine');
    const { DefinitionString, DefinitionSubstitutions } = inPartition(
      machine?.Properties,
      partition,
    ) as { DefinitionString: string; DefinitionSubstitutions: Record<string, unknown> };
    expect(DefinitionSubstitutions.Partition).toBe(partition);
    const text = DefinitionString.replaceAll(/\$\{Partition\}/g, partition);
    const arns = [...text.matchAll(/arn:([\w-]+):states:::/g)].map(([, name]) => name);
    expect(arns).toHaveLength([...substitutedText.matchAll(/"Type": "Task"/g)].length);
    expect(new Set(arns)).toEqual(new Set([partition]));
  });
});
