import type { EventContext, HeaderLists, PlainRequest } from '../functions/event.ts';
import { eventRequest, eventResponse } from '../functions/event.ts';
import { type FunctionResponse, FunctionValidationError } from '../functions/function-result.ts';
import { FunctionExecutionError } from '../functions/function-runtime.ts';
import type { HostedFunction } from '../functions/hosted-functions.ts';
import { applyResponseHeaders } from '../policies/apply-response-headers.ts';
import { type EdgeResponse, edgeError } from './edge-response.ts';
import type { ObjectFetcher } from './fetch-object.ts';
import type { CacheBehavior, HostedDistribution } from './hosted-distribution.ts';
import { normalizedPath } from './path-pattern.ts';

export interface ViewerRequest extends PlainRequest {
  readonly requestId: string;
  readonly viewerIp: string;
  readonly hasBody: boolean;
}

/** Handles a request: cache behavior, viewer-request function, cache and origin, headers, viewer-response function. */
export async function respond(
  distribution: HostedDistribution,
  fetcher: ObjectFetcher,
  viewer: ViewerRequest,
): Promise<EdgeResponse> {
  const behavior = behaviorOf(distribution, viewer.path);
  const { method } = viewer;
  if (!distribution.config.Enabled) return edgeError(403, 'The distribution is disabled.');
  if (!behavior.allowedMethods.includes(method)) {
    return edgeError(
      403,
      'This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.',
    );
  }
  if (viewer.hasBody) return edgeError(403, `A ${method} request cannot have a body.`);
  const call = {
    viewerIp: viewer.viewerIp,
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      requestId: viewer.requestId,
    },
  };
  let request: PlainRequest = viewer;
  try {
    if (behavior.onRequest) {
      const changed = await behavior.onRequest.onRequest(call, request);
      // Neither policy nor viewer-response function applies to a response that a function has made.
      if (changed.kind === 'response') return generated(changed.response);
      request = changed.request;
    }
    const fetched = await fetchObject(distribution, behavior, fetcher, request);
    const headers = applyResponseHeaders(behavior.responseHeadersPolicy, request, fetched.headers);
    const response = { ...fetched, headers };
    return behavior.onResponse && response.status < 400
      ? await changedResponse(behavior.onResponse, call, request, response)
      : response;
  } catch (error) {
    return functionError(error);
  }
}

export function behaviorOf({ behaviors }: HostedDistribution, path: string): CacheBehavior {
  const normalized = normalizedPath(path);
  const found = behaviors.find(({ matches }) => matches(normalized));
  if (found) return found;
  throw new Error('A distribution has a default cache behavior.');
}

async function fetchObject(
  distribution: HostedDistribution,
  behavior: CacheBehavior,
  fetcher: ObjectFetcher,
  request: PlainRequest,
): Promise<EdgeResponse> {
  const { DefaultRootObject, CustomErrorResponses } = distribution.config;
  const path =
    request.path === '/' && DefaultRootObject !== '' ? `/${DefaultRootObject}` : request.path;
  const response = await fetcher.fetch(distribution, behavior, { ...request, path });
  const { ResponsePagePath: page, ResponseCode: status } =
    CustomErrorResponses.find(({ ErrorCode }) => ErrorCode === response.status) ?? {};
  if (page === undefined || status === undefined) return response;
  const found = await fetcher.fetch(distribution, behaviorOf(distribution, page), {
    method: request.method,
    path: page,
    query: '',
    headers: {},
  });
  return found.status === 200 ? { ...found, status, result: 'Error' } : response;
}

async function changedResponse(
  hosted: HostedFunction,
  call: { viewerIp: string; context: Omit<EventContext, 'eventType'> },
  request: PlainRequest,
  response: EdgeResponse,
): Promise<EdgeResponse> {
  const before = eventResponse(response.status, '', response.headers);
  const changed = await hosted.onResponse(call, eventRequest(request), before);
  const { body } = changed;
  const length: HeaderLists = body ? { 'content-length': [String(body.length)] } : {};
  return {
    result: response.result,
    status: changed.status,
    statusDescription: changed.statusDescription,
    headers: { ...changed.headers, ...length },
    body: body ?? response.body,
  };
}

function generated({ status, statusDescription, headers, body }: FunctionResponse): EdgeResponse {
  return {
    result: 'FunctionGeneratedResponse',
    status,
    statusDescription,
    headers: {
      server: ['CloudFront'],
      ...headers,
      'content-length': [String(body?.length ?? 0)],
    },
    body,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html */
function functionError(error: unknown): EdgeResponse {
  if (error instanceof FunctionValidationError) {
    return edgeError(
      502,
      'The CloudFront function returned an invalid value.',
      'FunctionValidationError',
    );
  }
  if (error instanceof FunctionExecutionError) {
    return edgeError(
      503,
      'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
      'FunctionExecutionError',
    );
  }
  throw error;
}
