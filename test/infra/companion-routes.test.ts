import { companionBases, companionRoutes } from '../../core/contract/companion-routes.ts';
import { routes } from '../../core/contract/routes.ts';
import { ofType, synthesize } from './synthesis.ts';

const synthesis = synthesize();
const { pipeline } = synthesis;

describe('the HTTP API', () => {
  it.each(companionRoutes.map(({ method, path }) => [method, path] as const))(
    'Companion’s %s %s stands with a token that may write, and with a capability in the path',
    (method, path) => {
      pipeline.hasResourceProperties('AWS::ApiGatewayV2::Route', {
        RouteKey: `${method} ${companionBases.token}${path}`,
        AuthorizationType: 'JWT',
        AuthorizationScopes: ['reelgate/uploads.write'],
      });
      pipeline.hasResourceProperties('AWS::ApiGatewayV2::Route', {
        RouteKey: `${method} ${companionBases.capability}${path}`,
        AuthorizationType: 'NONE',
      });
    },
  );

  it('has no other routes, and only those with a capability and the one of public videos have no authorizer', () => {
    pipeline.resourceCountIs(
      'AWS::ApiGatewayV2::Route',
      routes.length + 2 * companionRoutes.length,
    );
    const open = ofType(synthesis, 'AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => Properties.AuthorizationType !== 'JWT')
      .map(([, { Properties }]) => String(Properties.RouteKey));
    const publicVideos = 'GET /v1/videos/{id}/playback';
    expect(open).toHaveLength(companionRoutes.length + 1);
    expect(open).toContain(publicVideos);
    for (const key of open.filter((key) => key !== publicVideos))
      expect(key).toMatch(/^[A-Z]+ \/companion\/\{capability\}\/s3\//);
  });
});
