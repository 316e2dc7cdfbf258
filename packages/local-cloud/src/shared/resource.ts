import type * as z from 'zod';

/**
 * How an engine hosts one CloudFormation resource type. `properties` is a strict schema: a property that the
 * engine does not support fails validation, and the loader answers with stack, logical id, type, property
 * and what is allowed. Nothing is silently ignored.
 */
export interface ResourceProvider<Properties = unknown> {
  readonly type: string;
  readonly properties: z.ZodType<Properties>;
  /**
   * Makes the resource, or finds it again after a restart: the same stack and logical id always arrive with
   * the same `physicalName`, and what the resource held is still there.
   */
  provide(request: ProvideRequest<Properties>): Promise<ProvidedResource>;
}

export interface ProvideRequest<Properties> {
  readonly stackName: string;
  readonly logicalId: string;
  /** Stable and unique: `<stack>-<logicalId>-<12 of hash>`, cut to 63 characters, lower case letters, digits, hyphens. */
  readonly physicalName: string;
  /** All intrinsics resolved. */
  readonly properties: Properties;
  /** CDK's `Metadata`, where assets stand (`aws:asset:path`). */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ProvidedResource {
  /** What `Ref` answers. */
  readonly ref: string;
  /** What `Fn::GetAtt` answers, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}
