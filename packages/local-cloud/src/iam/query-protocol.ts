import { AwsError } from '../shared/aws-error.ts';
import type { ServiceRequest } from '../shared/service.ts';

/** The parameters of a call of the query protocol. */
export function parametersOf({ body, query }: ServiceRequest): URLSearchParams {
  return body.length > 0 ? new URLSearchParams(body.toString()) : query;
}

/** Refuses parameters that the local service does not have, by name. */
export function onlyParameters(
  form: URLSearchParams,
  call: { readonly service: string; readonly action: string },
  allowed: readonly string[],
): void {
  for (const name of form.keys()) {
    if (name === 'Action' || name === 'Version' || allowed.includes(name)) continue;
    throw new AwsError(
      'ValidationError',
      `The local ${call.service} does not support the parameter ${name} of ${call.action}; it supports ${allowed.join(', ') || 'none'}.`,
    );
  }
}

export function requiredParameter(form: URLSearchParams, action: string, name: string): string {
  const value = form.get(name);
  if (value) return value;
  throw new AwsError('ValidationError', `${action} needs the parameter ${name}.`);
}

export interface Tree {
  readonly [name: string]: string | Tree;
}

/** The response of an action; without a result for an action that returns nothing. */
export function queryResponse(
  namespace: string,
  action: string,
  result: Tree | undefined,
  requestId: string,
) {
  const body = xml({
    ...(result && { [`${action}Result`]: result }),
    ResponseMetadata: { RequestId: requestId },
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${namespace}">${body}</${action}Response>`,
  };
}

function xml(tree: Tree): string {
  return Object.entries(tree)
    .map(
      ([name, value]) =>
        `<${name}>${typeof value === 'string' ? escapeXml(value) : xml(value)}</${name}>`,
    )
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
