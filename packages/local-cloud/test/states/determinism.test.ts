import fc from 'fast-check';
import { Run } from '../../src/states/interpreter/run.ts';
import type { Stimulus } from '../../src/states/interpreter/signals.ts';
import type { HistoryEvent } from '../../src/states/language/history.ts';
import type { Json } from '../../src/states/language/json.ts';
import { asDefinition } from '../../src/states/validation/read-definition.ts';
import { FUNCTION } from './execute.ts';

const task = {
  Type: 'Task',
  Resource: FUNCTION,
  Arguments: { id: '{% $uuid() %}', now: '{% $now() %}', r: '{% $random() %}' },
  TimeoutSeconds: 50,
  Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, JitterStrategy: 'FULL' }],
  Catch: [{ ErrorEquals: ['States.Timeout'], Output: 'late', Next: 'Late' }],
  End: true,
};

const definition = asDefinition({
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: [1, 2, 3],
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Work', States: { Work: task, Late: { Type: 'Pass', End: true } } },
              { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 20, End: true } } },
            ],
            End: true,
          },
        },
      },
      End: true,
    },
  },
} as Json);

const START = Date.UTC(2025, 0, 1);

const newRun = () =>
  new Run({
    definition,
    executionArn: 'execution',
    executionName: 'e',
    stateMachineArn: 'machine',
    stateMachineName: 'm',
    roleArn: 'role',
    input: {},
    startedAt: START,
    seed: 'seed',
  });

/** Selects the next inputs with the given numbers, until there is none. */
async function wander(choices: readonly number[]) {
  const run = newRun();
  const stimuli: Stimulus[] = [{ kind: 'start', at: START }];
  const events: HistoryEvent[] = [...(await run.apply(stimuli[0] as Stimulus))];
  for (const choice of choices) {
    const at = (stimuli.at(-1)?.at ?? START) + (choice % 7) * 1000;
    const possible: Stimulus[] = [
      ...run.tasks.flatMap(({ id }): Stimulus[] => [
        { kind: 'task', task: id, at, report: { kind: 'succeeded', output: choice } },
        { kind: 'task', task: id, at, report: { kind: 'failed', error: 'Busy' } },
      ]),
      ...run.timers.map(
        (timer): Stimulus => ({ kind: 'timer', timer: timer.id, at: Math.max(at, timer.at) }),
      ),
      ...(choice % 40 === 0 ? [{ kind: 'stop', at } as const] : []),
      ...(run.end !== undefined && run.end.status !== 'SUCCEEDED'
        ? [{ kind: 'redrive', at } as const]
        : []),
    ];
    const stimulus = possible[choice % Math.max(1, possible.length)];
    if (stimulus === undefined) break;
    stimuli.push(stimulus);
    events.push(...(await run.apply(stimulus)));
  }
  return { run, stimuli, events };
}

const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 });

describe('an execution', () => {
  it('is the same again for the same inputs, including what it waits for', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (path) => {
        const { run, stimuli, events } = await wander(path);
        const again = newRun();
        const made: HistoryEvent[] = [];
        for (const stimulus of stimuli) made.push(...(await again.apply(stimulus)));
        expect(made).toEqual(events);
        expect(again.tasks).toEqual(run.tasks);
        expect(again.timers).toEqual(run.timers);
        expect(again.end).toEqual(run.end);
      }),
      { numRuns: 60 },
    );
  });

  it('always has an end, an open task or a timer', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (path) => {
        const { run } = await wander(path);
        const waits = run.tasks.length + run.timers.length;
        expect(run.end === undefined ? waits > 0 : waits === 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('numbers its events without gaps, each after its previous event', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (path) => {
        const { events } = await wander(path);
        for (const [index, { id, previousEventId, timestamp }] of events.entries()) {
          expect(id).toBe(index + 1);
          expect(previousEventId).toBeLessThan(id);
          expect(timestamp).toBeGreaterThanOrEqual(events[index - 1]?.timestamp ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('ends every started iteration exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (path) => {
        // A redrive continues an iteration that had ended, so only first runs are counted.
        const { events, stimuli, run } = await wander(path);
        fc.pre(stimuli.every(({ kind }) => kind !== 'redrive'));
        if (run.end === undefined)
          events.push(...(await run.apply({ kind: 'stop', at: stimuli.at(-1)?.at ?? START })));
        const of = (...types: string[]) =>
          events.filter(({ type }) => types.includes(type)).map(({ details }) => details?.index);
        expect(
          of('MapIterationSucceeded', 'MapIterationFailed', 'MapIterationAborted').sort(),
        ).toEqual(of('MapIterationStarted').sort());
      }),
      { numRuns: 60 },
    );
  });
});
