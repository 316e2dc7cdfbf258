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
 * Commands that need no assets, such as `cdk list` and `cdk destroy`, ask for no bundles; the sources take their place.
 *
 * @throws Error with esbuild's output if a function does not bundle
 */
export function functionCode(scope: Construct, name: FunctionName): Code {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(FUNCTIONS);
  return new BundledCode(join(bundlesFolder(), name));
}

/** The CDK marks only what it bundled itself. Tools such as AWS SAM read the mark: this folder is no source code. */
class BundledCode extends AssetCode {
  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    super.bindToResource(resource, options);
    if (resource.getMetadata(IS_BUNDLED) === false) resource.addMetadata(IS_BUNDLED, true);
  }
}

const IS_BUNDLED = 'aws:asset:is-bundled';
