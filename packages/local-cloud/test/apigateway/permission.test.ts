import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIam } from '../../src/iam/iam.ts';
import type { AuditEntry } from '../../src/shared/audit-log.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { lambdaBench } from '../lambda/bundle.ts';
import { gateway } from './gateway.ts';

describe('a call from API Gateway to a function', () => {
  const auditLog: AuditEntry[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'iam-'));
  const iam = createIam({
    folder,
    clock: systemClock,
    recordAudit: (entry) => void auditLog.push(entry),
  });
  const bench = lambdaBench({ authorize: iam.authorize });
  const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
  let api: Awaited<ReturnType<typeof gateway>>;
  beforeAll(async () => {
    await bench.declare(
      'echo',
      'export const handler = async (event) => ({ statusCode: 200, body: event.routeKey })',
    );
    api = await gateway({
      routes: ['GET /v1/uploads/{id}', 'GET /other'],
      response: async (_, call) => {
        const response = await bench.lambda.invoke({ ...call, functionArn });
        return JSON.parse(response.payload);
      },
    });
  });
  afterAll(async () => {
    await api.engine.close();
    await bench.lambda.close();
    iam.close();
  });

  it('is denied without a permission', async () => {
    expect(await api.get('/v1/uploads/1')).toMatchObject({
      status: 500,
      json: { message: 'Internal Server Error' },
    });
    expect(auditLog.at(-1)).toMatchObject({ action: 'lambda:InvokeFunction', decision: 'denied' });
  });

  it('is allowed for the route of the permission only', async () => {
    await bench.provide('AWS::Lambda::Permission', 'Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/*/*/v1/uploads/{id}`,
    });
    const { status, text } = await api.get('/v1/uploads/1');
    expect([status, text]).toEqual([200, 'GET /v1/uploads/{id}']);
    expect((await api.get('/other')).status).toBe(500);
  });

  it('is allowed for the principal of the permission only', async () => {
    const caller = { kind: 'service', service: 'events.amazonaws.com' } as const;
    const call = { functionArn, payload: '{}', caller, type: 'RequestResponse' } as const;
    await expect(bench.lambda.invoke(call)).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
