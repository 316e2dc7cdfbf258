import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AwsError } from '../shared/aws-error.ts';

/** Values of the `$context` variables by name without the prefix. Absent values are printed as `-`. */
export type AccessLogContext = Readonly<Record<string, string | number | undefined>>;
export type WriteAccessLog = (context: AccessLogContext) => void;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const KNOWN = new Set(
  `accountId apiId authorizer.error awsEndpointRequestId dataProcessed domainName domainPrefix error.message
  error.messageString error.responseType extendedRequestId httpMethod identity.sourceIp identity.userAgent
  integration.error integration.integrationStatus integration.latency integration.requestId integration.status
  integrationErrorMessage integrationLatency integrationStatus path protocol requestId requestTime
  requestTimeEpoch responseLatency responseLength routeKey stage status`.split(/\s+/),
);
const VARIABLE = /\$context\.([A-Za-z]\w*(?:\.[\w:]+)*)/g;

/** Writes one line per request, in the stage's format. Throws for a variable that HTTP APIs do not have. */
export function accessLog(path: string, format: string): WriteAccessLog {
  for (const [, name = ''] of format.matchAll(VARIABLE))
    if (!KNOWN.has(name) && !name.startsWith('authorizer.claims.'))
      throw new AwsError('BadRequestException', `$context.${name} is not a variable of HTTP APIs.`);
  mkdirSync(dirname(path), { recursive: true });
  return (context) => {
    const line = format.replaceAll(VARIABLE, (_, name: string) => printable(context[name]));
    appendFileSync(path, `${line}\n`);
  };
}

/** Escapes quotes and line breaks, so that a client cannot change the form of a line. */
function printable(value: string | number | undefined): string {
  return value === undefined ? '-' : JSON.stringify(String(value)).slice(1, -1);
}
