/** Path of the tests in a checkout of ceph/s3-tests. */
export const S3_SUITE_FILE = 's3tests/functional/test_s3.py';
