import * as z from 'zod';

const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
/** CloudFormation accepts booleans and their text. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const passwordPolicy = z.strictObject({
  MinimumLength: integer(6, 99).optional(),
  PasswordHistorySize: integer(0, 24).optional(),
  RequireLowercase: flag.optional(),
  RequireNumbers: flag.optional(),
  RequireSymbols: flag.optional(),
  RequireUppercase: flag.optional(),
  TemporaryPasswordValidityDays: integer(0, 365).optional(),
});

/**
 * AWS::Cognito::UserPool. Accounts are seeded, so properties of sign-up, mail, recovery and optional second
 * factors are validated and have no effect. Triggers and a required second factor would change who gets a
 * token, and are refused.
 */
export const userPoolProperties = z.strictObject({
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z.array(
        z.strictObject({
          Name: z.enum(['verified_email', 'verified_phone_number', 'admin_only']),
          Priority: integer(1, 2),
        }),
      ),
    })
    .optional(),
  AdminCreateUserConfig: z
    .strictObject({
      AllowAdminCreateUserOnly: flag.optional(),
      InviteMessageTemplate: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  AliasAttributes: z.array(z.string()).optional(),
  AutoVerifiedAttributes: z.array(z.enum(['email', 'phone_number'])).optional(),
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  EmailConfiguration: z
    .strictObject({ EmailSendingAccount: z.literal('COGNITO_DEFAULT') })
    .optional(),
  EmailVerificationMessage: z.string().optional(),
  EmailVerificationSubject: z.string().optional(),
  EnabledMfas: z.array(z.enum(['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP'])).optional(),
  MfaConfiguration: z.enum(['OFF', 'OPTIONAL']).optional(),
  Policies: z
    .strictObject({
      PasswordPolicy: passwordPolicy.optional(),
      SignInPolicy: z
        .strictObject({ AllowedFirstAuthFactors: z.array(z.literal('PASSWORD')) })
        .optional(),
    })
    .optional(),
  Schema: z.array(z.record(z.string(), z.unknown())).optional(),
  SmsVerificationMessage: z.string().optional(),
  UserAttributeUpdateSettings: z
    .strictObject({ AttributesRequireVerificationBeforeUpdate: z.array(z.string()) })
    .optional(),
  UserPoolName: z.string().optional(),
  UserPoolTags: z.record(z.string(), z.string()).optional(),
  UserPoolTier: z.enum(['LITE', 'ESSENTIALS', 'PLUS']).optional(),
  UsernameAttributes: z.array(z.enum(['email', 'phone_number'])).optional(),
  UsernameConfiguration: z.strictObject({ CaseSensitive: flag.optional() }).optional(),
  VerificationMessageTemplate: z.record(z.string(), z.string()).optional(),
});
export type UserPoolProperties = z.output<typeof userPoolProperties>;

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);

/** A redirect URL that Cognito accepts: https, a custom scheme, or http on this machine. */
const returnUrl = z
  .string()
  .refine(
    (url) =>
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]|(?!https?:)[a-z][a-z0-9+.-]*:\/\/)/i.test(
        url,
      ),
    'must be https, a custom scheme, or http on localhost',
  );

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const DEFAULT_AUTH_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];

/** AWS::Cognito::UserPoolClient: the authorization code flow; implicit and client credentials are refused. */
export const userPoolClientProperties = z
  .strictObject({
    AccessTokenValidity: z.coerce.number().int().positive().optional(),
    AllowedOAuthFlows: z.array(z.literal('code')).optional(),
    AllowedOAuthFlowsUserPoolClient: flag.optional(),
    AllowedOAuthScopes: z.array(z.string()).optional(),
    AuthSessionValidity: integer(3, 15).optional(),
    CallbackURLs: z.array(returnUrl).optional(),
    ClientName: z.string().optional(),
    DefaultRedirectURI: returnUrl.optional(),
    EnableTokenRevocation: flag.optional(),
    ExplicitAuthFlows: z.array(z.string()).optional(),
    GenerateSecret: flag.optional(),
    IdTokenValidity: z.coerce.number().int().positive().optional(),
    LogoutURLs: z.array(returnUrl).optional(),
    PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).optional(),
    ReadAttributes: z.array(z.string()).optional(),
    RefreshTokenRotation: z
      .strictObject({
        Feature: z.enum(['ENABLED', 'DISABLED']),
        RetryGracePeriodSeconds: integer(0, 60).optional(),
      })
      .optional(),
    RefreshTokenValidity: z.coerce.number().int().positive().optional(),
    SupportedIdentityProviders: z.array(z.literal('COGNITO')).optional(),
    TokenValidityUnits: z
      .strictObject({
        AccessToken: unit.optional(),
        IdToken: unit.optional(),
        RefreshToken: unit.optional(),
      })
      .optional(),
    UserPoolId: z.string(),
    WriteAttributes: z.array(z.string()).optional(),
  })
  .refine((client) => client.GenerateSecret !== true, {
    message: 'clients with a secret are not supported; leave it out or false',
    path: ['GenerateSecret'],
  })
  .refine(
    (client) =>
      client.RefreshTokenRotation?.Feature !== 'ENABLED' ||
      !(client.ExplicitAuthFlows ?? DEFAULT_AUTH_FLOWS).includes('ALLOW_REFRESH_TOKEN_AUTH'),
    {
      message:
        'must be given without ALLOW_REFRESH_TOKEN_AUTH, which refresh token rotation excludes; without a list Cognito allows it',
      path: ['ExplicitAuthFlows'],
    },
  );
export type UserPoolClientProperties = z.output<typeof userPoolClientProperties>;

/** Lifetimes of a client's tokens in seconds, with the defaults of Cognito. */
export function lifetimes(client: UserPoolClientProperties) {
  const units = client.TokenValidityUnits ?? {};
  return {
    access: (client.AccessTokenValidity ?? 1) * SECONDS[units.AccessToken ?? 'hours'],
    id: (client.IdTokenValidity ?? 1) * SECONDS[units.IdToken ?? 'hours'],
    refresh: (client.RefreshTokenValidity ?? 30) * SECONDS[units.RefreshToken ?? 'days'],
  };
}

/** AWS::Cognito::UserPoolDomain with a prefix. Custom domains need a certificate and are refused. */
export const userPoolDomainProperties = z.strictObject({
  Domain: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
  ManagedLoginVersion: z.union([z.literal(1), z.literal(2)]).optional(),
  UserPoolId: z.string(),
});

/** AWS::Cognito::UserPoolResourceServer. Its scopes are named `<identifier>/<scope>`. */
export const resourceServerProperties = z.strictObject({
  Identifier: z.string().min(1).max(256),
  Name: z.string(),
  Scopes: z
    .array(z.strictObject({ ScopeName: z.string(), ScopeDescription: z.string() }))
    .max(100)
    .optional(),
  UserPoolId: z.string(),
});

/** AWS::Cognito::UserPoolGroup. The role of a group is for identity pools, which are not supported; it is refused. */
export const userPoolGroupProperties = z.strictObject({
  Description: z.string().optional(),
  GroupName: z.string(),
  Precedence: z.coerce.number().int().min(0).optional(),
  UserPoolId: z.string(),
});
