import * as z from 'zod';
import type { Grant } from './grant.ts';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const condition = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Strict: what is not read here would be a permission that nobody counts. */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z
      .union([z.string(), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })])
      .optional(),
    Action: texts,
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: condition.optional(),
  })
  .refine(({ Effect, NotResource }) => Effect === 'Deny' || NotResource === undefined, {
    message: 'must name its resources: an allowance of all but some is none that can be counted',
  });

export const policyDocument = z.object({ Statement: z.array(statement) });

/** What a policy's document does not say itself, since it hangs on something. */
export interface Hanging {
  readonly place: string;
  /** Whose policy it is, where it names no principal. */
  readonly holder?: string;
  /** On what it hangs, where it names no resource. */
  readonly resource?: string;
}

/** The single grants of a policy. Denials are none: they only take away. */
export function grantsOfStatements(
  { Statement }: z.output<typeof policyDocument>,
  hanging: Hanging,
): Grant[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((each) => {
    const { sourceArn, rest } = splitCondition(each.Condition);
    const resources = each.Resource ?? (hanging.resource === undefined ? [] : [hanging.resource]);
    return holdersOf(each.Principal, hanging).flatMap((holder) =>
      each.Action.flatMap((action) =>
        resources.map((resource) => ({
          place: hanging.place,
          holder,
          action,
          resource,
          ...(sourceArn && { sourceArn }),
          ...(rest && { condition: rest }),
        })),
      ),
    );
  });
}

function holdersOf(
  principal: z.output<typeof statement>['Principal'],
  { holder, place }: Hanging,
): readonly string[] {
  if (holder !== undefined) return [holder];
  if (typeof principal === 'string') return [principal];
  const named = [...(principal?.AWS ?? []), ...(principal?.Service ?? [])];
  if (named.length === 0) throw new Error(`${place}: a statement allows nobody anything.`);
  return named;
}

/** The source's ARN is on the trail, so a grant can be told by it; other keys are not. */
function splitCondition(given: z.output<typeof condition> | undefined): {
  readonly sourceArn?: string;
  readonly rest?: string;
} {
  if (!given) return {};
  const { ArnEquals, ArnLike, ...others } = given;
  const arn = (ArnEquals ?? ArnLike)?.['aws:SourceArn'];
  if (typeof arn !== 'string') return { rest: JSON.stringify(given) };
  return {
    sourceArn: arn,
    ...(Object.keys(others).length > 0 && { rest: JSON.stringify(others) }),
  };
}
