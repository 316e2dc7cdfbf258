import { DELIVERY_OFF } from '../core/environment.ts';
import type { Delivery } from './delivery-stack.ts';
import { onKeyValues, onSecret, type Permission } from './permissions.ts';

/**
 * The variables of the functions that have to do with delivery.
 * @param delivery undefined where videos are not delivered
 */
export function deliveryVariables(delivery: Delivery | undefined) {
  return {
    MEDIA_HOST: delivery?.mediaHost ?? DELIVERY_OFF,
    SIGNING_SECRET_ARN: delivery?.signingSecretArn ?? DELIVERY_OFF,
    KEY_VALUE_STORE_ARN: delivery?.values.keyValueStoreArn ?? DELIVERY_OFF,
  };
}

/** Allows reading the keys that sign playback tokens. */
export function mayReadKeys(delivery: Delivery | undefined): readonly Permission[] {
  if (!delivery) return [];
  return [onSecret(delivery.signingSecretArn, 'secretsmanager:GetSecretValue')];
}

/** Allows changing what the viewer function reads. */
export function mayChangeEdge(delivery: Delivery | undefined): readonly Permission[] {
  if (!delivery) return [];
  return [
    onKeyValues(
      delivery.values,
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:GetKey',
      'cloudfront-keyvaluestore:UpdateKeys',
    ),
  ];
}
