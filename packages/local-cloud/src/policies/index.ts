/** The permissions that the templates of an assembly grant. */
export { type Grant, grantCovers } from './grant.ts';
export { constructPath, readGrants, rolesOf } from './read-grants.ts';
