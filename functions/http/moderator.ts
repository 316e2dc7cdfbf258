import type { ApiEvent } from './api-request.ts';

/** The claim of an access token that says who is a moderator. */
export interface ModeratorClaim {
  /** `cognito:groups`, or that of another issuer. */
  readonly claim: string;
  /** The value that moderators have in it, alone or in a list. */
  readonly value: string;
}

/** The claim that a function's environment names. */
export function moderatorsIn(environment: {
  readonly MODERATORS_CLAIM: string;
  readonly MODERATORS_VALUE: string;
}): ModeratorClaim {
  return { claim: environment.MODERATORS_CLAIM, value: environment.MODERATORS_VALUE };
}

/**
 * Whether the caller's token names them a moderator. API Gateway passes a list as text: `[moderators operators]`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function isModerator(event: ApiEvent, { claim, value }: ModeratorClaim): boolean {
  const held = event.requestContext.authorizer?.jwt?.claims?.[claim];
  const values = Array.isArray(held) ? held : typeof held === 'string' ? textValues(held) : [];
  return values.includes(value);
}

function textValues(text: string): readonly string[] {
  return text.replace(/^\[|\]$/g, '').split(/[\s,]+/);
}
