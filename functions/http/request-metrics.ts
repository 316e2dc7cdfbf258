import type { Metrics } from '../../core/runtime.ts';
import { type ApiExchange, routeOf } from './api-request.ts';

export interface RequestMetricsOptions {
  readonly metrics: Metrics;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Counts requests, refusals (4xx) and faults (5xx), and measures latency, with the route as dimension. */
export function requestMetrics({ metrics, now }: RequestMetricsOptions) {
  const started = new WeakMap<object, number>();

  const publish = (exchange: ApiExchange): void => {
    const status = exchange.response?.statusCode ?? 500;
    metrics.addDimension('route', routeOf(exchange));
    metrics.addMetric('Requests', 'Count', 1);
    metrics.addMetric('Refusals', 'Count', status >= 400 && status < 500 ? 1 : 0);
    metrics.addMetric('Faults', 'Count', status >= 500 ? 1 : 0);
    metrics.addMetric('Latency', 'Milliseconds', now() - (started.get(exchange.event) ?? now()));
    metrics.publishStoredMetrics();
  };

  return {
    before({ event }: ApiExchange): void {
      started.set(event, now());
    },
    after: publish,
    onError: publish,
  };
}
