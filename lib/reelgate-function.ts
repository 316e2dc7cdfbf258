import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvironmentOf, FunctionName } from '../core/environment.ts';
import { functionCode } from './function-code.ts';
import { acknowledgeWildcard, grant, type Permission } from './permissions.ts';
import { logSettings, type Telemetry } from './telemetry.ts';

export interface ReelgateFunctionProps<Name extends FunctionName> {
  /** The function's file is `functions/<name>.ts`, its handler `handler`. */
  readonly name: Name;
  readonly description: string;
  /** Exactly the variables of this function in `core/environment.ts`. */
  readonly environment: EnvironmentOf<Name>;
  readonly telemetry: Telemetry;
  /** Permissions in addition to its own log and traces. */
  readonly permissions: readonly Permission[];
  readonly timeoutSeconds: number;
  /** MB. CPU is allocated in proportion: 1,769 MB are one vCPU. */
  readonly memorySize: number;
  /** Concurrent executions that are reserved for it, and its maximum. @default not limited */
  readonly reservedConcurrency?: number | undefined;
}

/** A Lambda function with its own role. All functions share these settings. */
export class ReelgateFunction<Name extends FunctionName> extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ReelgateFunctionProps<Name>) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', logSettings(props.telemetry));
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Permissions of functions/${props.name}.ts.`,
    });
    this.function = new LambdaFunction(this, 'Function', {
      code: functionCode(this, props.name),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment } as Record<string, string>,
      role: this.role,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    grant(this.role, props.permissions);
    acknowledgeWildcard(this.role, {
      wildcard: {
        resource: '*',
        reason:
          'PutTraceSegments and PutTelemetryRecords of X-Ray support no resource-level permissions.',
      },
    });
  }
}
