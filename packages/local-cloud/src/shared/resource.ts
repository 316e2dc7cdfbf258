import type * as z from 'zod';

/**
 * Hosts one CloudFormation resource type. `properties` is a strict schema: a property that the engine does
 * not support fails the validation, and the error has stack, logical id, type, property and the allowed
 * values. No property is silently ignored.
 */
export interface ResourceProvider<Properties = unknown> {
  readonly type: string;
  readonly properties: z.ZodType<Properties>;
  /**
   * Creates the resource, or finds it again after a restart: the same stack and logical id always have the
   * same `physicalName`, and the data of the resource is kept.
   */
  provide(request: ProvideRequest<Properties>): Promise<ProvidedResource>;
}

export interface ProvideRequest<Properties> {
  readonly stackName: string;
  readonly logicalId: string;
  /**
   * Stable and unique: `<stack>-<logicalId>-<12 of hash>`, cut to 63 characters; lower case letters, digits,
   * hyphens.
   */
  readonly physicalName: string;
  /** With all intrinsic functions evaluated. */
  readonly properties: Properties;
  /** The `Metadata` of CDK, with the path of assets (`aws:asset:path`). */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ProvidedResource {
  /** The value of `Ref`. */
  readonly ref: string;
  /** The values of `Fn::GetAtt`, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}
