import type { AwsError } from '../shared/aws-error.ts';
import type { Service, ServiceResponse } from '../shared/service.ts';

/**
 * An error in the form of the service's protocol.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
 * and, for query and XML, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization
 */
export function errorResponse(
  error: AwsError,
  protocol: Service['protocol'],
  requestId: string,
): ServiceResponse {
  if (protocol === 'query' || protocol === 'rest-xml') return xmlError(error, requestId);
  // Authorization and signature check use the code AccessDenied; the JSON protocols have another name for it.
  const denied = error.code === 'AccessDenied';
  const code = denied ? 'AccessDeniedException' : error.code;
  const rest = protocol === 'rest-json';
  return {
    // DynamoDB, Step Functions and EventBridge use status 400 for a denied call.
    status: denied && !rest ? 400 : error.status,
    headers: {
      'content-type': rest
        ? 'application/json'
        : `application/x-amz-${protocol === 'json-1.0' ? 'json-1.0' : 'json-1.1'}`,
      'x-amzn-errortype': code,
    },
    body: JSON.stringify({
      ...(rest ? {} : { __type: code }),
      message: error.message,
      ...error.members,
    }),
  };
}

function xmlError(error: AwsError, requestId: string): ServiceResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml' },
    body:
      `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
