type Respond = (input: Record<string, unknown>) => unknown;

/**
 * The `send` of an SDK client that responds by the name of the command and records each input. A response that is an
 * error is thrown; a command without a response is an error.
 */
export function fakeClient(responses: Readonly<Record<string, Respond>>) {
  const sent: [command: string, input: Record<string, unknown>][] = [];
  const send = async (command: {
    readonly input: object;
    readonly constructor: { name: string };
  }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const input = command.input as Record<string, unknown>;
    sent.push([name, input]);
    const respond = responses[name];
    if (!respond) throw new Error(`${name} was not expected.`);
    const response = respond(input);
    if (response instanceof Error) throw response;
    return response;
  };
  return { sent, client: { send: send as never } };
}

/** An error of an AWS service, by its name and status. */
export function serviceError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}
