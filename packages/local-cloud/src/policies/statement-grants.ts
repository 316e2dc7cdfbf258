import * as z from 'zod';
import type { Grant } from './grant.ts';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const condition = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Strict, because an element that is ignored could be a permission. */
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
    message: 'an Allow statement needs Resource: NotResource cannot be listed as single grants',
  });

export const policyDocument = z.object({ Statement: z.array(statement) });

/** What a policy document does not contain, because it belongs to a resource. */
export interface PolicyOwner {
  readonly place: string;
  /** The role, for an identity policy. */
  readonly holder?: string;
  /** The resource, for a policy without `Resource`. */
  readonly resource?: string;
}

/** The grants of a policy document. Deny statements are ignored: they grant nothing. */
export function grantsOfStatements(
  { Statement }: z.output<typeof policyDocument>,
  owner: PolicyOwner,
): Grant[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((each) => {
    const { sourceArn, rest } = splitCondition(each.Condition);
    const resources = each.Resource ?? (owner.resource === undefined ? [] : [owner.resource]);
    return holdersOf(each.Principal, owner).flatMap((holder) =>
      each.Action.flatMap((action) =>
        resources.map((resource) => ({
          place: owner.place,
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
  { holder, place }: PolicyOwner,
): readonly string[] {
  if (holder !== undefined) return [holder];
  if (typeof principal === 'string') return [principal];
  const named = [...(principal?.AWS ?? []), ...(principal?.Service ?? [])];
  if (named.length === 0)
    throw new Error(`${place}: a statement of a resource policy has no principal.`);
  return named;
}

/** The audit log contains the source ARN, so it can be compared; it does not contain other condition keys. */
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
