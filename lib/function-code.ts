import { join } from 'node:path';
import { AssetCode, Code, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import { type CfnResource, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { FunctionName } from '../core/environment.ts';
import { bundlesFolder } from './bundle-cache.ts';

const FUNCTIONS = join(import.meta.dirname, '..', 'functions');

/**
 * The bundle of `functions/<name>.ts` as an asset. Not `NodejsFunction`: it accepts no esbuild plugin, and it starts
 * a process for each function at each synthesis.
 *
 * For commands that need no assets, such as `cdk list` and `cdk destroy`, the folder of the sources is used instead.
 *
 * @throws Error with esbuild's output if a function does not bundle
 */
export function functionCode(scope: Construct, name: FunctionName): Code {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(FUNCTIONS);
  return new BundledCode(join(bundlesFolder(), name));
}

/** Marks the asset as bundled, which the CDK does only for its own bundles. Tools such as AWS SAM read the mark. */
class BundledCode extends AssetCode {
  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    super.bindToResource(resource, options);
    if (resource.getMetadata(IS_BUNDLED) === false) resource.addMetadata(IS_BUNDLED, true);
  }
}

const IS_BUNDLED = 'aws:asset:is-bundled';
