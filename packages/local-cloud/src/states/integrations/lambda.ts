import { isObject, type Json, stringifyJson } from '../language/json.ts';
import { type Integration, objectArguments, type TaskCall, TaskError } from './integration.ts';
import { jsonOrText, toJson } from './sdk-integration.ts';
import { withErrorNames } from './service-errors.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
const NAMING = { prefix: 'Lambda', otherwise: 'AWSLambdaException' };

/** `lambda:invoke`: the output has the parsed payload in `Payload`. */
export const lambdaInvoke: Integration = {
  async call(task) {
    const { Payload: payload, ...parameters } = objectArguments(task);
    const { output, metadata } = await invoke(task, {
      ...parameters,
      ...(payload === undefined ? {} : { Payload: stringifyJson(payload) }),
    });
    const { Payload: bytes, FunctionError: failed, LogResult: _, ...rest } = output;
    const response = jsonOrText(textOf(bytes));
    return { ...(await members(rest)), ...metadata, Payload: response };
  },
};

/** The ARN of a function as Resource: the input is the payload, the payload is the output. */
export function functionIntegration(arn: string): Integration {
  return {
    async call(task) {
      const { output } = await invoke(task, {
        FunctionName: arn,
        Payload: stringifyJson(task.arguments),
      });
      return jsonOrText(textOf(output.Payload));
    },
  };
}

async function invoke(task: TaskCall, input: Json) {
  const response = await withErrorNames('lambda', NAMING, () =>
    task.aws.send('lambda', 'invoke', input),
  );
  if (response.output.FunctionError !== undefined) throw thrownBy(textOf(response.output.Payload));
  return response;
}

/** The error of a function: its type is the name that Retry and Catch match. */
function thrownBy(payload: string): TaskError {
  const thrown = jsonOrText(payload);
  const type = isObject(thrown) ? thrown.errorType : undefined;
  if (typeof type === 'string' && type !== '') return new TaskError(type, payload);
  return new TaskError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

function textOf(payload: unknown): string {
  return payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : '';
}

async function members(output: Readonly<Record<string, unknown>>) {
  const json = await toJson(output);
  return isObject(json) ? json : {};
}
