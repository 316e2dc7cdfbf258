import * as z from 'zod';
import { outputGroup } from './group-settings.ts';
import { inputSettings } from './input-settings.ts';

type Issue = (path: (string | number)[], message: string) => void;

/**
 * The supported `settings` of CreateJob. Names and meaning are those of MediaConvert
 * (https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html). Other settings are refused by
 * their path.
 */
export const jobSettings = z
  .strictObject({
    inputs: z.array(inputSettings).min(1).max(1, {
      error: 'Should have exactly one input; joining several is not supported',
    }),
    outputGroups: z.array(outputGroup).min(1),
    timecodeConfig: z.strictObject({ source: z.enum(['ZEROBASED', 'EMBEDDED']) }).optional(),
    adAvailOffset: z.literal(0).optional(),
    followSource: z.literal(1).optional(),
  })
  .superRefine((settings, context) => {
    const issue: Issue = (path, message) =>
      context.addIssue({ code: 'custom', path, message, input: undefined });
    checkNames(settings, issue);
    checkSelectors(settings, issue);
    const outputs = settings.outputGroups.flatMap((group) => group.outputs as Output[]);
    if (outputs.every((output) => output.containerSettings.container === 'RAW')) {
      issue(['outputGroups'], 'Should have another output besides frame captures');
    }
  });

export type JobSettings = z.output<typeof jobSettings>;
type Output = JobSettings['outputGroups'][number]['outputs'][number];

/** Two outputs of a group with the same name would overwrite each other. */
function checkNames({ outputGroups }: JobSettings, issue: Issue): void {
  for (const [group, { outputs }] of outputGroups.entries()) {
    const seen = new Set<string>();
    for (const [index, output] of (outputs as Output[]).entries()) {
      const name = output.nameModifier ?? '';
      if (seen.has(name)) {
        issue(
          ['outputGroups', group, 'outputs', index, 'nameModifier'],
          `Should be different from those of the group's other outputs; got ${JSON.stringify(name)}`,
        );
      }
      seen.add(name);
    }
  }
}

function checkSelectors({ inputs, outputGroups }: JobSettings, issue: Issue): void {
  const selectors = Object.keys(inputs[0]?.audioSelectors ?? {});
  for (const [group, { outputs }] of outputGroups.entries()) {
    for (const [index, output] of (outputs as Output[]).entries()) {
      const descriptions = 'audioDescriptions' in output ? (output.audioDescriptions ?? []) : [];
      for (const [number, { audioSourceName }] of descriptions.entries()) {
        if (selectors.length > 0 && selectors.includes(audioSourceName ?? selectors[0] ?? ''))
          continue;
        issue(
          ['outputGroups', group, 'outputs', index, 'audioDescriptions', number, 'audioSourceName'],
          `Should name one of the input's audioSelectors (${selectors.join(', ') || 'it has none'})`,
        );
      }
    }
  }
}
