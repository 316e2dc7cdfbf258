import { isStatus, statuses } from '../../core/contract/lifecycle.ts';
import { failureCodes, isReasonCode, rejectionCodes } from '../../core/contract/reasons.ts';
import type { OwnerShare, Slots } from '../../core/transcoding/admission.ts';
import { BY_STATUS, type QuotaItem, type UploadItem } from '../../core/uploads/records.ts';
import { ofType, synthesize } from './synthesis.ts';
import { definition, definitionText, tasks } from './workflow-definition.ts';

const states = definition.States;

/** Every nested value of `value`, with its key. */
function* valuesIn(value: unknown, key = ''): Generator<[string, unknown]> {
  yield [key, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* valuesIn(member, name);
}

const valuesOf = (wanted: string) =>
  [...valuesIn(states)].filter(([key]) => key === wanted).map(([, value]) => value);

describe('the definition', () => {
  it('uses only JSONata', () => {
    expect(definition.QueryLanguage).toBe('JSONata');
    expect(definitionText).not.toMatch(/"(InputPath|Parameters|ResultPath|\w+\.\$)"/);
  });

  it('contains no unreachable state and no missing next state', () => {
    const next = (name: string) => {
      const { Next, Default, Choices = [], Catch = [] } = states[name] ?? { Type: 'absent' };
      return [Next, Default, ...[...Choices, ...Catch].map((rule) => rule.Next)].filter(
        (one) => one !== undefined,
      );
    };
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      expect(states).toHaveProperty(name);
      reached.add(name);
      next(name).forEach(visit);
    };
    visit(definition.StartAt);
    expect([...reached].sort()).toEqual(Object.keys(states).sort());
  });

  it('gets exactly its placeholders from the template', () => {
    const { resources } = synthesize();
    const [[, machine] = []] = ofType(
      { resources } as ReturnType<typeof synthesize>,
      'AWS::StepFunctions::StateMachine',
    );
    const named = new Set([...definitionText.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    expect(Object.keys(machine?.Properties.DefinitionSubstitutions ?? {}).sort()).toEqual(
      [...named].sort(),
    );
    expect(machine?.Properties.DefinitionString).toBe(definitionText);
  });

  it('logs transitions without execution data, and has tracing', () => {
    const [[, machine] = []] = ofType(synthesize(), 'AWS::StepFunctions::StateMachine');
    expect(machine?.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe('every task', () => {
  it.each(tasks)('%s has a timeout and catches all errors', (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(0);
    expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  it('the timeouts together are shorter than the timeout of the execution', () => {
    const longest = tasks.reduce((sum, [, { TimeoutSeconds = 0 }]) => sum + TimeoutSeconds, 0);
    expect(longest).toBeLessThan(definition.TimeoutSeconds);
  });
});

describe('the writes of the workflow', () => {
  const codes = [...valuesIn(states)]
    .filter(([key]) => key === 'code')
    .map(([, value]) => value)
    .filter((value): value is string => typeof value === 'string' && !value.startsWith('{%'));
  const inExpressions = [...definitionText.matchAll(/'code': '(\w+)'/g)].map(
    ([, code]) => code ?? '',
  );

  it('use only reasons of the catalogue: rejections in Reject, failures in RecordFailure', () => {
    expect(codes.length).toBeGreaterThan(10);
    for (const code of [...codes, ...inExpressions]) expect(isReasonCode(code)).toBe(true);
    for (const [name, state] of Object.entries(states)) {
      for (const rule of [...(state.Catch ?? []), ...(state.Choices ?? []), state] as Assigning[]) {
        const code = rule.Assign?.reason?.code;
        if (typeof code !== 'string' || code.startsWith('{%')) continue;
        const allowed = (rule.Next ?? rule.Default) === 'Reject' ? rejectionCodes : failureCodes;
        expect({ name, code, allowed }).toMatchObject({ allowed: expect.arrayContaining([code]) });
      }
    }
  });

  it('use only statuses of the lifecycle', () => {
    const prefixes = [...definitionText.matchAll(/'(\w+)#/g)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'UPLOAD' && name !== 'OWNER');
    expect(prefixes.length).toBeGreaterThan(4);
    for (const prefix of prefixes) expect(isStatus(prefix)).toBe(true);
    const literal = valuesOf('S').filter((value) =>
      (statuses as readonly unknown[]).includes(value),
    );
    expect(literal.length).toBeGreaterThan(10);
  });

  it('declare exactly the names and values that their expressions use', () => {
    const writes = [...valuesIn(states)]
      .map(([, value]) => value)
      .filter(
        (value): value is Write =>
          typeof value === 'object' && value !== null && 'UpdateExpression' in value,
      );
    expect(writes).toHaveLength(15);
    for (const write of writes) {
      const expressions = `${write.UpdateExpression} ${write.ConditionExpression ?? ''}`;
      const declared = [
        ...Object.keys(write.ExpressionAttributeNames ?? {}),
        ...Object.keys(write.ExpressionAttributeValues),
      ];
      expect(declared.sort()).toEqual([...new Set(expressions.match(/[#:]\w+/g))].sort());
    }
  });

  it('use only attributes of core/uploads/records.ts', () => {
    const inExpressions = [
      ...valuesOf('UpdateExpression').flatMap((text) =>
        String(text).match(/(?<=^SET |, |^ADD |REMOVE )#?\w+(?= =| :|$)/g),
      ),
      ...valuesOf('ConditionExpression').flatMap((text) => String(text).match(/#?\w+(?= =| IN)/g)),
    ];
    const plain = inExpressions.filter((name) => !name?.startsWith('#'));
    const aliased = valuesOf('ExpressionAttributeNames')
      .flatMap((names) => Object.values(names as Record<string, string>))
      .filter((name) => !name.startsWith('{%'));
    for (const name of [...plain, ...aliased]) expect(ATTRIBUTES).toContain(name);
    expect(plain).toEqual(expect.arrayContaining(['statusShard', 'updatedAt']));
  });
});

interface Write {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: object;
  readonly ExpressionAttributeValues: object;
}

interface Assigning {
  readonly Assign?: { readonly reason?: { readonly code?: unknown } };
  readonly Next?: string;
  readonly Default?: string;
}

/** The compiler checks that core/uploads/records.ts has each of these. */
const ATTRIBUTES: readonly string[] = [
  'status',
  BY_STATUS.partitionKey,
  'updatedAt',
  'object',
  'objectKey',
  'execution',
  'timeline',
  'media',
  'quota',
  'reason',
  'sequence',
  'failedStep',
  'resumeStep',
  'totalBytes',
  'reservedBytes',
  'usedBytes',
  'activeUploads',
  'reviewToken',
  'slotToken',
  'holders',
  'waitingOwners',
  'jobs',
  'waitingJobs',
] satisfies readonly (keyof UploadItem | keyof QuotaItem | keyof Slots | keyof OwnerShare)[];
