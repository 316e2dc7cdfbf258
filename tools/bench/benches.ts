import type { Bench } from './bench.ts';
import { burst } from './burst/burst-bench.ts';
import { cold } from './cold/cold-bench.ts';
import { cost } from './cost/cost-bench.ts';
import { dynamodb } from './dynamodb/dynamodb-bench.ts';
import { grant } from './grant/grant-bench.ts';
import { inspect } from './inspect/inspect-bench.ts';
import { pieces } from './pieces/pieces-bench.ts';
import { s3 } from './s3/s3-bench.ts';
import { transcode } from './transcode/transcode-bench.ts';
import { lossy } from './upload/lossy-bench.ts';
import { upload } from './upload/upload-bench.ts';
import { workflow } from './workflow/workflow-bench.ts';

/** All benches, in the order of the page. */
export const BENCHES: readonly Bench[] = [
  grant,
  upload,
  lossy,
  s3,
  dynamodb,
  inspect,
  transcode,
  cold,
  workflow,
  burst,
  cost,
  pieces,
];
