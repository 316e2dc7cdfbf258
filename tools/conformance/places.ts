import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DYNAMODB_SUITE_FILE, S3_SUITE_FILE } from '@reelgate/local-cloud/conformance';

/** The path of test data, or one sentence about where it was not found. */
export type Place = { readonly path: string } | { readonly missing: string };

export interface Places {
  readonly asl: Place;
  readonly s3Names: Place;
  readonly s3Tests: Place;
  readonly dynamodbSuite: Place;
}

/** Paths from options; the others have defaults. */
export interface Named {
  readonly asl?: string;
  readonly s3Names?: string;
  readonly s3Tests?: string;
  readonly dynamodbSuite?: string;
}

/** Finds the recordings and the suites: the paths in options, else those next to the project's folder `root`. */
export function findPlaces(named: Named, root: string, env: NodeJS.ProcessEnv): Places {
  const shared = join(root, '..', 'shared', 'conformance');
  const suites = [...(env.S3_TESTS ? [env.S3_TESTS] : []), join(root, '..', 's3-tests')];
  const suite = suites.find((folder) => existsSync(join(folder, S3_SUITE_FILE)));
  const dynamodb = join(root, '..', 'dynamodb-conformance');
  const hasDynamodb = existsSync(join(dynamodb, DYNAMODB_SUITE_FILE));
  return {
    asl: fileAt(named.asl ?? join(shared, 'asl', 'recorded-cases.json'), {
      what: 'recorded executions',
      option: '--asl FILE',
    }),
    s3Names: fileAt(named.s3Names ?? join(shared, 's3', 'tests.txt'), {
      what: 'names of S3 tests',
      option: '--s3-names FILE',
    }),
    s3Tests: place(named.s3Tests ?? suite, {
      missing: `There is no checkout of ceph/s3-tests at ${suites.join(' or ')}. Set its folder with --s3-tests DIR or S3_TESTS.`,
    }),
    dynamodbSuite: place(named.dynamodbSuite ?? (hasDynamodb ? dynamodb : undefined), {
      missing: `There is no checkout of nubo-db/dynamodb-conformance at ${dynamodb}. Set its folder with --dynamodb-suite DIR.`,
    }),
  };
}

function fileAt(path: string, { what, option }: { what: string; option: string }): Place {
  return place(existsSync(path) ? path : undefined, {
    missing: `There are no ${what} at ${path}. Set the file with ${option}.`,
  });
}

function place(path: string | undefined, otherwise: { readonly missing: string }): Place {
  return path === undefined ? otherwise : { path };
}
