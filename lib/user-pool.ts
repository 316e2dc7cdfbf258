import {
  CfnUserPool,
  CfnUserPoolClient,
  CfnUserPoolDomain,
  CfnUserPoolGroup,
  CfnUserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Aws, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import type { SignIn, TokenIssuer } from './token-issuer.ts';

export interface UserPoolProps {
  /** Prefix of the names of this deployment. */
  readonly name: string;
  readonly own: Configuration['identity']['own'];
  readonly retain: boolean;
}

const RESOURCE_SERVER = 'reelgate';
const MODERATORS = 'moderators';
const READ = 'uploads.read';
const WRITE = 'uploads.write';
const PLAY = 'videos.play';

/** A Cognito user pool for deployments without another OpenID Connect provider. */
export class UserPool extends Construct implements TokenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes = {
    read: `${RESOURCE_SERVER}/${READ}`,
    write: `${RESOURCE_SERVER}/${WRITE}`,
    play: `${RESOURCE_SERVER}/${PLAY}`,
  };
  readonly moderators = { claim: 'cognito:groups', value: MODERATORS };
  readonly signIn: SignIn;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    const pool = new CfnUserPool(this, 'Pool', {
      adminCreateUserConfig: { allowAdminCreateUserOnly: !props.own.selfSignUp },
      accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
      autoVerifiedAttributes: ['email'],
      deletionProtection: props.retain ? 'ACTIVE' : 'INACTIVE',
      mfaConfiguration: 'OPTIONAL',
      enabledMfas: ['SOFTWARE_TOKEN_MFA'],
      policies: {
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
        },
      },
    });
    pool.applyRemovalPolicy(props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    // Tokens have the groups of the user in `cognito:groups`.
    new CfnUserPoolGroup(this, 'Moderators', {
      userPoolId: pool.ref,
      groupName: MODERATORS,
      description: 'Users who decide on videos in review',
    });
    const resourceServer = new CfnUserPoolResourceServer(this, 'ResourceServer', {
      userPoolId: pool.ref,
      identifier: RESOURCE_SERVER,
      name: RESOURCE_SERVER,
      scopes: [
        { scopeName: READ, scopeDescription: 'See own uploads and videos' },
        { scopeName: WRITE, scopeDescription: 'Upload, cancel and delete own videos' },
        // For backends. The client of the pages does not get it.
        { scopeName: PLAY, scopeDescription: 'Let viewers play any video' },
      ],
    });
    const client = new CfnUserPoolClient(this, 'Client', {
      userPoolId: pool.ref,
      // A page cannot keep a secret: authorization code with PKCE, and no flow with a password in the page.
      generateSecret: false,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['code'],
      allowedOAuthScopes: ['openid', 'profile', this.scopes.read, this.scopes.write],
      callbackUrLs: [...props.own.callbackUrls],
      logoutUrLs: [...props.own.callbackUrls],
      supportedIdentityProviders: ['COGNITO'],
      // Rotation excludes the flow REFRESH_TOKEN_AUTH; the token endpoint refreshes tokens. A list must be given, or
      // Cognito allows that flow. The custom flow needs triggers, and this pool has none: nobody can use it.
      explicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      // A stolen refresh token ends with the next refresh. A page that has lost a response can repeat it.
      refreshTokenRotation: { feature: 'ENABLED', retryGracePeriodSeconds: 10 },
      preventUserExistenceErrors: 'ENABLED',
      enableTokenRevocation: true,
      accessTokenValidity: 60,
      idTokenValidity: 60,
      refreshTokenValidity: 30,
      tokenValidityUnits: { accessToken: 'minutes', idToken: 'minutes', refreshToken: 'days' },
    });
    client.addResourceDependency(resourceServer);
    const domain = new CfnUserPoolDomain(this, 'Domain', {
      userPoolId: pool.ref,
      // Must be unique in the region, across all AWS accounts.
      domain: props.own.domainPrefix ?? Fn.join('-', [props.name, Aws.ACCOUNT_ID]),
    });
    this.issuer = pool.attrProviderUrl;
    this.audience = [client.ref];
    this.signIn = {
      url: `https://${domain.ref}.auth.${Aws.REGION}.amazoncognito.com`,
      callbackUrl: props.own.callbackUrls[0] ?? '',
    };
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Multi-factor authentication is optional for each user. The operator of the app can require it.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan has a price per monthly active user. The Essentials plan has all features that the sign-in uses.',
      },
    );
  }
}
