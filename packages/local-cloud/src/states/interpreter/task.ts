import type { TaskState } from '../language/definition.ts';
import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { MAX_SECONDS } from '../language/limits.ts';
import { parseResource, type TaskResource } from '../language/resource.ts';
import { exitWithResult, limited, stateArguments } from './data-flow.ts';
import { numberField } from './numbers.ts';
import type { Steps, TaskReport } from './signals.ts';
import { type TaskEvents, taskEvents } from './task-events.ts';
import type { Exit, Visit } from './visit.ts';

const TIMEOUT = { name: 'TimeoutSeconds', least: 1, most: MAX_SECONDS };
const HEARTBEAT = { name: 'HeartbeatSeconds', least: 1, most: MAX_SECONDS };

export async function* runTask(visit: Visit<TaskState>): Steps<Exit> {
  const resource = parseResource(visit.state.Resource);
  if (resource === undefined)
    throw runtimeFailure(`The Resource '${visit.state.Resource}' is not supported.`);
  visit.token = needsToken(resource) ? visit.machine.newToken() : undefined;
  const input = await stateArguments(visit);
  const timeout = await numberField(visit, TIMEOUT, visit.input);
  const heartbeat = await numberField(visit, HEARTBEAT, visit.input);
  const events = taskEvents(resource, input, { timeout, heartbeat });
  return exitWithResult(visit, yield* perform(visit, resource, input, events));
}

function needsToken(resource: TaskResource): boolean {
  return resource.kind === 'service' && resource.pattern === 'waitForTaskToken';
}

/** Starts the task and waits until it ends or exceeds its timeout. */
async function* perform(
  visit: Visit<TaskState>,
  resource: TaskResource,
  input: Json,
  events: TaskEvents,
): Steps<Json> {
  const { machine, sequence, token } = visit;
  const record = (type: string, details?: JsonObject) =>
    machine.emit(sequence.progress, type, details);
  record(events.scheduled.type, events.scheduled.details);
  record(events.started.type, events.started.details);
  const task = machine.openTask(sequence.id, {
    state: visit.name,
    resourceArn: visit.state.Resource,
    resource,
    arguments: input,
    ...(token === undefined ? {} : { token }),
  });
  const deadline = new Deadlines(visit, events);
  try {
    for (;;) {
      const signal = yield 'signal';
      if (signal.kind === 'timer') {
        const error = deadline.passed(signal.timer);
        if (error === undefined) continue;
        record(events.timedOut.type, { ...events.timedOut.details, error });
        throw new StateFailure(error);
      }
      if (signal.kind !== 'task' || signal.task !== task) continue;
      deadline.restartHeartbeat();
      const output = recordReport(visit, signal.report, events);
      if (output !== undefined) return output;
    }
  } finally {
    deadline.cancel();
    machine.closeTask(task);
  }
}

/** Records the event of a report. Returns the output if the task has succeeded. */
function recordReport(visit: Visit, report: TaskReport, events: TaskEvents): Json | undefined {
  const { machine, sequence } = visit;
  const record = (type: string, details: JsonObject) =>
    machine.emit(sequence.progress, type, details);
  const payload = (output: Json) => ({
    output: stringifyJson(output),
    outputDetails: { truncated: false },
  });
  switch (report.kind) {
    case 'heartbeat':
      return undefined;
    case 'submitted':
      record('TaskSubmitted', { ...events.resource, ...payload(report.output) });
      return undefined;
    case 'succeeded':
      limited(visit, report.output);
      record(events.succeeded.type, { ...events.succeeded.details, ...payload(report.output) });
      return report.output;
    case 'failed': {
      const { error, cause } = report;
      record(events.failed.type, {
        ...events.failed.details,
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
      throw new StateFailure(error, cause);
    }
  }
}

/** The timeout, from the start of the state, and the heartbeat timeout, from the last heartbeat. */
class Deadlines {
  readonly #visit: Visit;
  readonly #heartbeatSeconds: number | undefined;
  readonly #timeout: string | undefined;
  #heartbeat: string | undefined;

  constructor(visit: Visit, { timeout, heartbeat }: TaskEvents) {
    this.#visit = visit;
    this.#heartbeatSeconds = heartbeat;
    this.#timeout = this.#open(timeout);
    this.#heartbeat = this.#open(heartbeat);
  }

  /** The error of a timer of this task that has fired; undefined for other timers. */
  passed(timer: string): string | undefined {
    if (timer === this.#timeout) return 'States.Timeout';
    return timer === this.#heartbeat ? 'States.HeartbeatTimeout' : undefined;
  }

  restartHeartbeat(): void {
    if (this.#heartbeat === undefined) return;
    this.#visit.machine.closeTimer(this.#heartbeat);
    this.#heartbeat = this.#open(this.#heartbeatSeconds);
  }

  cancel(): void {
    for (const timer of [this.#timeout, this.#heartbeat])
      if (timer !== undefined) this.#visit.machine.closeTimer(timer);
  }

  #open(seconds: number | undefined): string | undefined {
    const { machine, sequence } = this.#visit;
    if (seconds === undefined) return undefined;
    return machine.openTimer(sequence.id, machine.surroundings.now + seconds * 1000);
  }
}
