import { isObject, type Json, stringifyJson } from '../language/json.ts';
import { type Integration, objectArguments, type TaskCall, TaskError } from './integration.ts';
import { optimizedCall } from './optimized-calls.ts';

const NAMING = { prefix: 'MediaConvert', otherwise: 'AWSMediaConvertException' };

/** `mediaconvert:createJob(.sync)`: https://docs.aws.amazon.com/step-functions/latest/dg/connect-mediaconvert.html */
export const mediaconvertCreateJob: Integration = {
  call: (task) =>
    optimizedCall(task, 'mediaconvert', NAMING, 'createJob', {
      // The same attempt, repeated after a restart, creates no second job.
      ClientRequestToken: task.key,
      ...objectArguments(task),
    }),
  job: {
    managedRule: 'StepFunctionsGetEventsForMediaConvertJobRule',
    idOf: (submitted) => jobId(submitted),
    async look(task, id) {
      const job = await getJob(task, id);
      if (job.Status === 'COMPLETE') return { Job: job };
      if (job.Status === 'ERROR' || job.Status === 'CANCELED')
        throw new TaskError('States.TaskFailed', stringifyJson(job));
      return undefined;
    },
    async cancel(task, id) {
      await optimizedCall(task, 'mediaconvert', NAMING, 'cancelJob', { Id: id });
    },
  },
};

async function getJob(task: TaskCall, id: string) {
  const { Job: job } = await optimizedCall(task, 'mediaconvert', NAMING, 'getJob', { Id: id });
  if (isObject(job)) return job;
  throw new TaskError('States.TaskFailed', `GetJob returned no job for ${id}.`);
}

function jobId(submitted: Json): string {
  const job = isObject(submitted) ? submitted.Job : undefined;
  const id = isObject(job ?? null) ? (job as { Id?: Json }).Id : undefined;
  if (typeof id === 'string') return id;
  throw new TaskError('States.TaskFailed', 'CreateJob returned no job id.');
}
