import { randomUUID } from 'node:crypto';
import type { RecordAuditEntry } from '../shared/audit-log.ts';
import type { Authorize, Caller, CredentialSource, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { type NewSecret, randomSecret } from './access-key.ts';
import { createAuthorizer } from './authorize.ts';
import { CredentialStore } from './credential-store.ts';
import { createIamService } from './iam-service.ts';
import { compilePolicy } from './policy-document.ts';
import { iamProviders } from './providers.ts';
import { RolePolicies } from './role-policies.ts';
import { Roles } from './roles.ts';
import { type ServiceSessionRequest, Sessions } from './sessions.ts';
import { createSts } from './sts.ts';

export interface IamOptions {
  /** The folder of this engine, for its database and the operator's key. */
  readonly folder: string;
  readonly clock: Clock;
  readonly recordAudit: RecordAuditEntry;
  readonly secret?: NewSecret;
}

export interface Iam {
  /** Every access key of this cloud, for the signature check. */
  readonly credentials: CredentialSource;
  /** Allowed every action that no resource policy denies. */
  readonly operator: Credentials;
  readonly authorize: Authorize;
  /** The STS service. */
  readonly service: Service;
  /** The calls of IAM that change the inline policies of a role. */
  readonly policyService: Service;
  readonly providers: readonly ResourceProvider[];
  /** Throws PolicyError for a resource policy that the evaluator does not fully support. */
  checkResourcePolicy(document: unknown, name: string): void;
  /**
   * The caller for a service that uses a role inside the process; the role must trust the service. Throws
   * AccessDenied.
   */
  assumeRoleForService(request: ServiceSessionRequest): Caller;
  /** Credentials for a service that uses a role over HTTP. Throws AccessDenied. */
  credentialsForService(request: ServiceSessionRequest): Required<Credentials>;
  close(): void;
}

/** IAM and STS of one account: credentials, roles, policies. */
export function createIam({ folder, clock, recordAudit, secret = randomSecret }: IamOptions): Iam {
  const store = new CredentialStore({ folder, clock, secret });
  const roles = new Roles();
  const rolePolicies = new RolePolicies(folder, roles);
  const { authorize, authorizeTrust } = createAuthorizer({ roles, clock, recordAudit });
  const sessions = new Sessions({ roles, store, authorizeTrust, now: () => clock.now() });
  return {
    credentials: store,
    operator: store.operator,
    authorize,
    service: createSts({ sessions, roles, authorize, newId: randomUUID }),
    policyService: createIamService({ roles, rolePolicies, authorize, newId: randomUUID }),
    providers: iamProviders(roles, rolePolicies),
    checkResourcePolicy: (document, name) => {
      compilePolicy(document, 'resource', name);
    },
    assumeRoleForService: (request) => sessions.assumeForService(request),
    credentialsForService: (request) => sessions.credentialsForService(request),
    close: () => {
      rolePolicies.close();
      store.close();
    },
  };
}
