import { join } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import {
  type ICommandHooks,
  LogLevel,
  NodejsFunction,
  OutputFormat,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvironmentOf, FunctionName } from '../core/environment.ts';
import { acknowledgeWildcard, grant, type Permission } from './permissions.ts';
import type { Telemetry } from './telemetry.ts';

const ROOT = join(import.meta.dirname, '..');

/** What a function never uses of its dependencies, and what a bundle has instead; each file gives the reason. */
const STAND_INS = Object.entries({
  '@aws-sdk/credential-provider-node': 'lambda-credentials.ts',
  '@smithy/core/event-streams': 'no-event-streams.ts',
  'node:fs/promises': 'no-profiles.ts',
  'node:zlib': 'no-zlib.ts',
  'global/window': 'global-window.ts',
}).map(([name, file]) => `${name}=${join(ROOT, 'functions', 'aws', file)}`);

/** In Lambda the asset lies alone; hosted from this checkout it lies below a package of ES modules. */
const COMMONJS_WHEREVER_IT_LIES: ICommandHooks = {
  beforeInstall: () => [],
  beforeBundling: () => [],
  afterBundling: (_, output) => [`echo '{"type":"commonjs"}' > "${output}/package.json"`],
};

export interface ReelgateFunctionProps<Name extends FunctionName> {
  /** The function's file is `functions/<name>.ts`, its handler `handler`. */
  readonly name: Name;
  readonly description: string;
  /** Exactly what `core/environment.ts` says that this function reads. */
  readonly environment: EnvironmentOf<Name>;
  readonly telemetry: Telemetry;
  /** What the function may do, beside writing its own log and traces. */
  readonly permissions: readonly Permission[];
  readonly timeoutSeconds: number;
  /** MB; the share of a CPU grows with it, 1,769 MB are one whole. */
  readonly memorySize: number;
}

/** One Lambda function with a role of its own: the only place that says how functions are bundled and run. */
export class ReelgateFunction<Name extends FunctionName> extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ReelgateFunctionProps<Name>) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.telemetry.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What functions/${props.name}.ts may do.`,
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'functions', `${props.name}.ts`),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      handler: 'handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment } as Record<string, string>,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // A setting of the SDK's second version.
      awsSdkConnectionReuse: false,
      bundling: {
        // Node reads one file of CommonJS faster than the same as an ES module (docs/decisions.md).
        format: OutputFormat.CJS,
        target: 'node24',
        mainFields: ['module', 'main'],
        // The bundle carries the SDK clients that were tested, not those of the runtime.
        externalModules: [],
        esbuildArgs: { '--alias': STAND_INS },
        commandHooks: COMMONJS_WHEREVER_IT_LIES,
        minify: true,
        sourceMap: false,
        logLevel: LogLevel.WARNING,
      },
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
        reason: 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords allow * only.',
      },
    });
  }
}
