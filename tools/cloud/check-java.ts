import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Amazon's DynamoDB Local, part of the local cloud, needs it. */
const MIN_VERSION = 17;

const INSTALL = `reelgate needs Java ${MIN_VERSION} or newer on the PATH or in JAVA_HOME, for Amazon’s DynamoDB Local. Install it, for example with "apt-get install openjdk-17-jre-headless" or "brew install openjdk@17".`;

/** @throws Error saying how to install Java, where it is missing or too old */
export async function checkJava(environment: NodeJS.ProcessEnv): Promise<void> {
  const version = await javaVersion(environment);
  if (version === undefined) throw new Error(`There is no Java here. ${INSTALL}`);
  if (version < MIN_VERSION) throw new Error(`Found Java ${version}. ${INSTALL}`);
}

/** The major version; undefined where there is no Java that runs. */
async function javaVersion(environment: NodeJS.ProcessEnv): Promise<number | undefined> {
  const own = environment.JAVA_HOME && join(environment.JAVA_HOME, 'bin', 'java');
  const command = own && existsSync(own) ? own : 'java';
  try {
    const { stderr } = await promisify(execFile)(command, ['-version'], { env: environment });
    // Up to Java 8: version "1.8.0_402"; since then: version "17.0.15".
    const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
    if (first === undefined) return undefined;
    return first === '1' ? Number(second) : Number(first);
  } catch {
    return undefined;
  }
}
