import { type ApiExchange, routeOf } from './api-request.ts';

/** The part of Powertools' Metrics that is used here. */
interface RequestMeter {
  addDimension(name: string, value: string): void;
  addMetric(name: string, unit: 'Count' | 'Milliseconds', value: number): void;
  publishStoredMetrics(): void;
}

export interface RequestMetricsOptions {
  readonly metrics: RequestMeter;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Counts requests, refusals (4xx) and faults (5xx) and measures latency, a dimension for each route. */
export function requestMetrics({ metrics, now }: RequestMetricsOptions) {
  const began = new WeakMap<object, number>();

  const publish = (exchange: ApiExchange): void => {
    const status = exchange.response?.statusCode ?? 500;
    metrics.addDimension('route', routeOf(exchange));
    metrics.addMetric('Requests', 'Count', 1);
    metrics.addMetric('Refusals', 'Count', status >= 400 && status < 500 ? 1 : 0);
    metrics.addMetric('Faults', 'Count', status >= 500 ? 1 : 0);
    metrics.addMetric('Latency', 'Milliseconds', now() - (began.get(exchange.event) ?? now()));
    metrics.publishStoredMetrics();
  };

  return {
    before({ event }: ApiExchange): void {
      began.set(event, now());
    },
    after: publish,
    onError: publish,
  };
}
